<?php
// A worker that speaks goridge, RoadRunner's protocol, with nothing but PHP. Answers each
// call with its own payload, and each web request with its method, URI and body; a few words
// do something else.
//
// Head of a frame: version 1 and length of the head in words of 32 bits, flags, u32 length
// of the payload, CRC32 of these six bytes, bits of streams, 0. Little-endian.

const CONTROL = 0x01;
const JSON = 0x08;
const ERROR = 0x40;

/** Returns both ends of the relay. */
function open_relay(): array
{
    $relay = getenv('RR_RELAY') ?: 'pipes';
    if ($relay === 'pipes') {
        return [STDIN, STDOUT];
    }
    $socket = stream_socket_client($relay, $code, $message);
    if (!$socket) {
        fwrite(STDERR, "cannot reach $relay: $message\n");
        exit(1);
    }
    return [$socket, $socket];
}

[$in, $out] = open_relay();
stream_set_read_buffer($in, 65536);

function read_exactly(int $size): string
{
    global $in;
    $bytes = '';
    while (strlen($bytes) < $size) {
        $piece = fread($in, $size - strlen($bytes));
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

function write_frame(int $flags, string $body, ?string $context = null): void
{
    global $out;
    $words = $context === null ? 3 : 4;
    $start = pack('CCV', 1 << 4 | $words, $flags, strlen($context ?? '') + strlen($body));
    $frame = $start . pack('VCC', crc32($start), 0, 0);
    if ($context !== null) {
        $frame .= pack('V', strlen($context)) . $context;
    }
    $frame .= $body;
    while ($frame !== '') {
        $frame = substr($frame, fwrite($out, $frame));
    }
}

function answer_request(array $request, string $body): void
{
    $headers = ['Content-Type' => ['text/plain; charset=utf-8']];
    $context = json_encode(['status' => 200, 'headers' => $headers]);
    write_frame(JSON, "{$request['method']} {$request['uri']}\n$body", $context);
}

while (true) {
    [$flags, $context, $body] = read_frame();
    if ($flags & CONTROL) {
        $order = json_decode($body, true);
        if (isset($order['pid'])) {
            write_frame(CONTROL, json_encode(['pid' => getmypid()]));
        } elseif (!empty($order['stop'])) {
            exit(0);
        }
    } elseif ($body === 'fail') {
        write_frame(ERROR, 'asked to fail');
    } elseif ($body === 'die') {
        exit(3);
    } elseif ($body === 'pid') {
        write_frame(0, (string)getmypid(), '');
    } elseif (is_array($request = json_decode($context, true)) && isset($request['uri'])) {
        answer_request($request, $body);
    } else {
        write_frame(0, $body, $context);
    }
}
