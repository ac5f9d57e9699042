import { render } from "preact";
import "./style/base.css";

function Page() {
  return (
    <main>
      <h1>Troupe</h1>
    </main>
  );
}

const root = document.getElementById("page");
if (root)
  render(<Page />, root);
