// Names of things at other nodes: `echo@beta`, `echo.0@beta`. An answer of another node has the name without the node.

/** The node of a name, or "" for the node that is asked. */
export function nodeOf(name: string): string {
  return name.split("@")[1] ?? "";
}

/** `name` at the node of `subject`, so that orders go there. */
export function named(name: string, subject: string): string {
  const node = nodeOf(subject);
  return node && !name.includes("@") ? `${name}@${node}` : name;
}

export function withoutNode(name: string): string {
  return name.split("@")[0] ?? name;
}
