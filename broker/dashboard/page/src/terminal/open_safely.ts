// xterm makes three <style> elements for each terminal, and sets `style` attributes for colours that no
// class has. The page's policy (`style-src 'self'`) blocks both. Two ways stay open to scripts: style
// sheets that are constructed, and `element.style`. This file leads xterm to them.
//
// What is known of xterm 6.0 here:
// - it makes its style elements while `Terminal.open` runs, with `document.createElement`. So that is
//   another function while `open` runs, and only then. Each element is appended, gets its rules by
//   `textContent`, again whenever the theme changes, and is taken out by `remove()`;
// - the only place that sets `style` attributes is `_addStyle` of the factory of rows, which is not in its
//   public interface. With an xterm that has no such function `openSafely` throws: look here then.
import type { Terminal } from "@xterm/xterm";

/** Returns an element that stands for a <style>: it draws nothing, and its text are the rules of a sheet. */
function constructedStyle(document: Document): HTMLElement {
  const element: HTMLElement = Document.prototype.createElement.call(document, "template");
  const sheet = new CSSStyleSheet();
  let text = "";
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  Object.defineProperty(element, "textContent", {
    get: () => text,
    set: (rules: string) => {
      text = rules;
      sheet.replaceSync(rules);
    },
  });
  element.remove = () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== sheet);
    Element.prototype.remove.call(element);
  };
  return element;
}

interface RowFactory {
  _addStyle?(element: HTMLElement, style: string): void;
}

function rowFactory(terminal: Terminal): RowFactory | undefined {
  const inside = terminal as unknown as {
    _core?: { _renderService?: { _renderer?: { value?: { _rowFactory?: RowFactory } } } };
  };
  return inside._core?._renderService?._renderer?.value?._rowFactory;
}

/** `terminal.open(parent)`, so that it is drawn under the page's policy too. */
export function openSafely(terminal: Terminal, parent: HTMLElement): void {
  const document = parent.ownerDocument;
  document.createElement = ((name: string) =>
    name === "style" ? constructedStyle(document)
      : Document.prototype.createElement.call(document, name)) as Document["createElement"];
  try {
    terminal.open(parent);
  } finally {
    delete (document as Partial<Document>).createElement; // that of the prototype is in force again
  }
  const rows = rowFactory(terminal);
  if (!rows?._addStyle)
    throw new Error("this xterm sets styles in another way than 6.0");
  rows._addStyle = (element, style) => {
    element.style.cssText += `${style};`;
  };
}
