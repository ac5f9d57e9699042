export function PoolsView() { return <p>…</p>; }
