export function PoolView({ subject }: { subject: string }) { return <p>{subject}</p>; }
