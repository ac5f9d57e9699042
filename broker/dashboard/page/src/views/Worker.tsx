export function WorkerView({ subject }: { subject: string }) { return <p>{subject}</p>; }
