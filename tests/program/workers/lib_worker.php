<?php
// A worker by the library in examples/lib/php: what the suite of all worker protocols asks for,
// and what only a library can do. The variable WINDOW is the window of the worker; CANCEL has
// the node tell it of callers that have left.
declare(strict_types=1);

require __DIR__ . '/../../../examples/lib/php/troupe.php';

use Troupe\{App, Call, CallFailed, Json, Kind, Request, Response, WorkerError};

$app = new App('lib_worker.php', '1.0', (int) (getenv('WINDOW') ?: 1), getenv('CANCEL') !== false);
echo "printed before the handshake\n";

function line_of(Call $call, mixed $payload): string
{
    return Json::encode(['kind' => $call->kind, 'request_id' => $call->requestId, 'payload' => $payload]) . "\n";
}

// The suite of all protocols, whatever the kind.
$app->default(function (mixed $payload, Call $call) use ($app) {
    $raw = $app->worker()->raw(...); // past the library
    switch ($payload->do) {
        case 'error':
            throw new WorkerError('asked', $payload->message);
        case 'die':
            exit(3);
        case 'sleep':
            usleep($payload->ms * 1000);
            break;
        case 'garbage':
            $raw("this is no frame at all\n");
            break;
        case 'half':
            $line = line_of($call, $payload);
            $raw(substr($line, 0, intdiv(strlen($line), 2)));
            exit(0);
        case 'frame':
            return str_repeat('m', $payload->size - strlen(line_of($call, '')) + 1);
        case 'twice':
            $raw(line_of($call, $payload));
            break;
        case 'split':
            array_map($raw, str_split(line_of($call, $payload)));
            break;
        case 'noise':
            fwrite(STDERR, str_repeat('x', $payload->bytes) . "\n");
            echo str_repeat('y', $payload->bytes), "\n";
    }
    return $payload;
});

// What only a library can do.
$app->methods(new class($app) {
    public function __construct(private App $app)
    {
    }

    /** Writes to standard output in every way. */
    #[Kind]
    public function stray(string $text): array
    {
        echo "$text\n";
        file_put_contents('php://output', $text);
        file_put_contents('php://stdout', $text);
        passthru('cat; echo ' . escapeshellarg($text));
        proc_close(proc_open(['sh', '-c', 'echo "$0"; cat', $text], [], $pipes));
        return ['text' => $text];
    }

    #[Kind]
    public function join(string $first, string $second = 'b', int $third = 3): array
    {
        return [$first, $second, $third];
    }

    /** Sleeps, deaf to everything. */
    #[Kind]
    public function slow(int $ms, Call $call): array
    {
        usleep($ms * 1000);
        return ['cancelled' => $call->cancelled];
    }

    /** Sleeps, and looks up now and then. */
    #[Kind]
    public function child(int $ms, Call $call): void
    {
        for ($until = hrtime(true) + $ms * 1e6; hrtime(true) < $until; usleep(10_000)) {
            $call->check();
        }
    }

    #[Kind]
    public function count(int $to, Call $call): array
    {
        for ($n = 0; $n < $to; ++$n) {
            $call->progress($n / $to, "step $n");
        }
        return ['counted' => $to];
    }

    #[Kind]
    public function parts(array $texts): Generator
    {
        yield from $texts;
        return ['parts' => count($texts)];
    }

    #[Kind]
    public function trace(Call $call): array
    {
        return ['traceparent' => $call->traceparent, 'tracestate' => $call->tracestate];
    }

    #[Kind]
    public function left(Call $call): array
    {
        return ['ms' => (int) ($call->timeLeft() * 1000)];
    }

    #[Kind]
    public function via(string $to, string $kind, Call $call, mixed $payload = null, ?float $timeout = null): array
    {
        try {
            return ['inner' => $call->call($to, $kind, $payload, timeout: $timeout)];
        } catch (CallFailed $failed) {
            return ['code' => $failed->code, 'retryable' => $failed->retryable];
        }
    }

    #[Kind]
    public function pass_on(string $to, string $kind, Call $call): mixed
    {
        return $call->call($to, $kind);
    }

    #[Kind]
    public function interview(Call $call, mixed $ctx = null): string
    {
        [$first, $second] = $call->ask('Who?', ['id' => 'why', 'prompt' => 'Why?']);
        [$third] = $call->ask('When?');
        return "$first $second $third";
    }

    #[Kind]
    public function tell(): void
    {
        $this->app->log('told', 'warn');
        $this->app->event(['told' => 1]);
    }

    #[Kind]
    public function wrong(): float
    {
        return NAN;
    }

    #[Kind]
    public function boom(): never
    {
        throw new RangeException('no such luck');
    }

    #[Kind]
    public function pid(): int
    {
        return getmypid();
    }
});

$app->http(fn (Request $request) => match ($request->path) {
    '/bytes' => new Response(implode(array_map(chr(...), range(0, 255))), 201, ['x-a' => ['1', '2']]),
    '/parts' => new Response((function () {
        yield 'one';
        yield "two\xff";
    })()),
    default => ['method' => $request->method, 'args' => $request->args, 'body' => bin2hex($request->body),
        'agent' => $request->header('User-Agent'),
        'path' => implode('/', array_map(rawurlencode(...), explode('/', $request->path)))],
});

$app->run();
