<?php
// A worker that speaks folk's protocol: PHP and its msgpack extension. Two sockets are
// there from the start: calls and answers on one, word of being ready on the other. A
// frame is the length of its message, u32 in the order of networks, and the message: an
// array in MessagePack.
//
// upper, reverse, sleep, fail, who: as the other workers beside it.

$task = fopen('php://fd/' . (getenv('FOLK_TASK_FD') ?: 3), 'r+');
$control = fopen('php://fd/' . (getenv('FOLK_CONTROL_FD') ?: 4), 'r+');

/** Returns that many bytes, or null at the end. */
function read_exactly($from, int $size): ?string
{
    $bytes = '';
    while (strlen($bytes) < $size) {
        $piece = fread($from, $size - strlen($bytes));
        if ($piece === false || $piece === '') {
            return null;
        }
        $bytes .= $piece;
    }
    return $bytes;
}

function send($to, array $message): void
{
    $packed = msgpack_pack($message);
    $frame = pack('N', strlen($packed)) . $packed;
    while ($frame !== '') {
        $frame = substr($frame, fwrite($to, $frame));
    }
}

function answer(string $method, $params)
{
    switch ($method) {
        case 'upper':
            return ['text' => strtoupper($params['text'])];
        case 'reverse':
            return ['text' => strrev($params['text'])];
        case 'sleep':
            usleep($params['ms'] * 1000);
            return ['slept_ms' => $params['ms']];
        case 'fail':
            throw new RuntimeException($params['message'] ?? 'asked to fail');
        case 'who':
            return ['language' => 'php', 'pid' => getmypid()];
    }
    return $params;
}

send($control, [2, 'control.ready', ['pid' => getmypid()]]);
while (($head = read_exactly($task, 4)) !== null) {
    $size = unpack('N', $head)[1];
    [, $id, $method, $params] = msgpack_unpack(read_exactly($task, $size));
    try {
        send($task, [1, $id, null, answer($method, $params)]);
    } catch (RuntimeException $e) {
        send($task, [1, $id, ['code' => 'asked', 'message' => $e->getMessage()], null]);
    }
}
