<?php
// A client by the library in examples/lib/php, which tries itself against a pool `p` of the
// library's worker.
//
// usage: lib_client.php calls | reconnect      the node is found by TROUPE_STATE_DIR
declare(strict_types=1);

require __DIR__ . '/../../../examples/lib/php/troupe.php';

use Troupe\{CallFailed, Client, Json};

function equal(mixed $a, mixed $b): void
{
    if (Json::encode($a) !== Json::encode($b)) {
        throw new LogicException(Json::encode($a) . ' is not ' . Json::encode($b));
    }
}

/** Returns the error that a call ends in. */
function failure(callable $of): CallFailed
{
    try {
        $result = $of();
    } catch (CallFailed $failed) {
        return $failed;
    }
    throw new LogicException('no error, but ' . Json::encode($result));
}

function calls(Client $node): void
{
    equal($node->call('p', 'join', ['first' => 'a']), ['a', 'b', 3]);
    $failed = failure(fn () => $node->call('p', 'join', ['frist' => 'a']));
    equal([$failed->code, $failed->workerCode, $failed->retryable], ['worker_error', 'bad_payload', false]);
    equal($failed->message, 'missing: first; unknown: frist');
    equal(failure(fn () => $node->call('nobody', 'x'))->code, 'pool_not_found');
    $failed = failure(fn () => $node->call('p', 'child', ['ms' => 5000], timeout: 0.1));
    equal([$failed->code, $failed->retryable], ['timeout', true]);

    $waiting = [];
    for ($n = 0; $n < 10_000; ++$n) {
        $waiting[] = $node->submit('p', 'join', ['first' => (string) $n]);
    }
    foreach ($waiting as $n => $pending) {
        equal($pending->result()[0], (string) $n);
    }

    $stream = $node->stream('p', 'parts', ['texts' => ['one', 'two']]);
    equal(iterator_to_array($stream, false), ['one', 'two']);
    equal($stream->result(), ['parts' => 2]);
    foreach ($node->stream('p', 'count', ['to' => 1_000_000]) as $part) {
        if ($part->progress > 0.0001) {
            break; // which takes the call back
        }
    }

    $pending = $node->submit('p', 'child', ['ms' => 60_000]);
    $pending->cancel();
    equal(failure($pending->result(...))->code, 'cancelled');
    equal($node->call('p', 'join', ['first' => 'a']), ['a', 'b', 3]);
}

function reconnect(Client $node): void
{
    $lost = $node->submit('p', 'child', ['ms' => 60_000]);
    $repeated = $node->submit('p', 'child', ['ms' => 1500], idempotent: true);
    while ($node->call('$node', 'pool', ['name' => 'p'])->in_flight < 2);
    echo "open\n"; // now the node is killed, and another begins
    $failed = failure($lost->result(...));
    equal([$failed->code, $failed->retryable], ['node_down', true]);
    equal($repeated->result(), null);
    equal($node->call('p', 'join', ['first' => 'a']), ['a', 'b', 3]);
    $failed = failure(fn () => $node->call('p', 'join', ['first' => str_repeat('x', 20_000_000)], idempotent: true));
    equal($failed->code, 'payload_too_large');
    equal($node->call('p', 'join', ['first' => 'a']), ['a', 'b', 3]);
}

$argv[1](new Client(reconnect: 60));
echo "done\n";
