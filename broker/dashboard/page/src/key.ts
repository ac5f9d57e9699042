// The key of the node. `troupe dashboard` prints an address that ends in `#key=…`. The key is taken out of the address
// before anything else happens, and is kept in memory only: it is gone when the page is closed or loaded again.

/** Returns the key of the address, if there is one, and removes it from there. */
export function takeKey(): string {
  const params = new URLSearchParams(location.hash.replace(/^#/, ""));
  const key = params.get("key");
  if (key === null) return "";
  history.replaceState(null, "", location.pathname + location.search);
  return key;
}

/** The subprotocols of a WebSocket that shows `key`. */
export function keyProtocols(key: string): string[] {
  let bytes = "";
  for (const byte of new TextEncoder().encode(key)) bytes += String.fromCharCode(byte);
  const base64url = btoa(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  return ["troupe.v1", `troupe.key.${base64url}`];
}
