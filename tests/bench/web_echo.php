<?php
// The application of `scripts/bench --only web`, in PHP: answers each request with its body.
// As a script of PHP-FPM it answers one request; otherwise it is a worker of goridge.

/** @return array{int, array<string, list<string>>, string} */
function answer(string $method, string $body): array
{
    if ($method !== 'POST') {
        return [405, ['Content-Type' => ['text/plain']], 'POST a body'];
    }
    return [200, ['Content-Type' => ['application/json']], $body];
}

if (PHP_SAPI === 'fpm-fcgi') {
    [$status, $headers, $body] = answer($_SERVER['REQUEST_METHOD'], file_get_contents('php://input'));
    http_response_code($status);
    foreach ($headers as $name => $values) {
        header("$name: $values[0]");
    }
    header('Content-Length: ' . strlen($body)); // else the answer is chunked
    echo $body;
    return;
}

const CONTROL = 0x01;
const JSON = 0x08;

function read_exactly(int $size): string
{
    $bytes = '';
    while (strlen($bytes) < $size) {
        $piece = fread(STDIN, $size - strlen($bytes));
        if ($piece === false || $piece === '') {
            exit(255); // the node is gone
        }
        $bytes .= $piece;
    }
    return $bytes;
}

/** Reads a frame; returns its flags, its context and its body. */
function read_frame(): array
{
    $head = unpack('Csize/Cflags/Vlength/Vcrc/Cstream', read_exactly(12));
    $options = ($head['size'] & 15) - 3;
    $context_size = $options > 0 ? unpack('V', read_exactly(4 * $options))[1] : 0;
    $payload = $head['length'] > 0 ? read_exactly($head['length']) : '';
    return [$head['flags'], substr($payload, 0, $context_size), substr($payload, $context_size)];
}

function write_frame(int $flags, string $context, string $body): void
{
    $start = pack('CCV', 1 << 4 | 4, $flags, strlen($context) + strlen($body));
    $frame = $start . pack('VCCV', crc32($start), 0, 0, strlen($context)) . $context . $body;
    while ($frame !== '') {
        $frame = substr($frame, fwrite(STDOUT, $frame));
    }
}

stream_set_read_buffer(STDIN, 65536);
while (true) {
    [$flags, $context, $body] = read_frame();
    if ($flags & CONTROL) {
        $order = json_decode($body, true);
        if (isset($order['pid'])) {
            write_frame(CONTROL, '', json_encode(['pid' => getmypid()]));
            continue;
        }
        exit(0);
    }
    $request = json_decode($context, true);
    [$status, $headers, $body] = answer($request['method'], $body);
    write_frame(JSON, json_encode(['status' => $status, 'headers' => $headers]), $body);
}
