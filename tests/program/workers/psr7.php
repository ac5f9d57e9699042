<?php
// An HTTP application as RoadRunner's PSR-7 workers are: frames of goridge, RoadRunner's JSON
// as their context, answers whole or from generators, and the word to stop a stream. With
// nothing but PHP. The path of a request says what is to be done with it.
//
// Head of a frame: version 1 and length of the head in words of 32 bits, flags, u32 length of
// the payload, CRC32 of these six bytes, bits of streams, 0. Little-endian.

const CONTROL = 0x01;
const JSON = 0x08;
const ERROR = 0x40;
const STREAM = 0x01;
const STOP = 0x02;

final class Frame
{
    public function __construct(
        public readonly int $flags,
        public readonly int $stream,
        public readonly string $context,
        public readonly string $body,
    ) {
    }
}

/** Frames, both ways. */
final class Relay
{
    /** @var resource */
    private $in;
    /** @var resource */
    private $out;
    private string $read = '';

    public function __construct()
    {
        $relay = getenv('RR_RELAY') ?: 'pipes';
        if ($relay === 'pipes') {
            [$this->in, $this->out] = [STDIN, STDOUT];
        } else {
            $this->in = $this->out = stream_socket_client($relay, $code, $message)
                ?: exit("cannot reach $relay: $message\n");
        }
        stream_set_read_buffer($this->in, 0);
    }

    /** Returns whether the node has said something. */
    public function hasMore(): bool
    {
        if ($this->read !== '') {
            return true;
        }
        [$read, $write, $except] = [[$this->in], null, null];
        return stream_select($read, $write, $except, 0) > 0;
    }

    public function receive(): Frame
    {
        $head = $this->take(12);
        $h = unpack('Csize/Cflags/Vlength/Vcrc/Cstream/Creserved', $head);
        if ($h['crc'] !== crc32(substr($head, 0, 6))) {
            fwrite(STDERR, "a frame with a wrong checksum\n");
            exit(4);
        }
        $options = ($h['size'] & 15) - 3;
        $context = $options > 0 ? unpack('V', $this->take(4 * $options))[1] : 0;
        $payload = $this->take($h['length']);
        return new Frame(
            $h['flags'],
            $h['stream'],
            substr($payload, 0, $context),
            substr($payload, $context),
        );
    }

    public function send(int $flags, int $stream, string $body, ?string $context = null): void
    {
        $words = $context === null ? 3 : 4;
        $start = pack('CCV', 1 << 4 | $words, $flags, strlen($context ?? '') + strlen($body));
        $all = $start . pack('VCC', crc32($start), $stream, 0);
        if ($context !== null) {
            $all .= pack('V', strlen($context)) . $context;
        }
        $all .= $body;
        for ($sent = 0; $sent < strlen($all);) {
            $n = fwrite($this->out, $sent === 0 ? $all : substr($all, $sent, 1 << 20));
            if ($n === false || $n === 0) {
                exit(255); // the node is gone
            }
            $sent += $n;
        }
    }

    private function take(int $size): string
    {
        while (strlen($this->read) < $size) {
            $piece = fread($this->in, max(65536, $size - strlen($this->read)));
            if ($piece === false || $piece === '') {
                exit(255); // the node is gone
            }
            $this->read .= $piece;
        }
        $taken = substr($this->read, 0, $size);
        $this->read = substr($this->read, $size);
        return $taken;
    }
}

/** A request, as PSR-7 has it. */
final class Request
{
    public readonly array $query;
    public readonly string $path;
    /** The tree of fields, or nothing if the body was no form. */
    public readonly mixed $parsed;

    public function __construct(public readonly array $context, public readonly string $body)
    {
        parse_str($context['rawQuery'], $query);
        $this->query = $query;
        $this->path = (string)parse_url($context['uri'], PHP_URL_PATH);
        $this->parsed = $context['parsed']
            ? json_decode($body, true, 512, JSON_THROW_ON_ERROR)
            : null;
    }

    public function header(string $name): string
    {
        foreach ($this->context['headers'] as $key => $values) {
            if (strcasecmp((string)$key, $name) === 0) {
                return implode(', ', $values);
            }
        }
        return '';
    }
}

/** An answer: its body is a string, or a generator of the parts of a stream. */
final class Response
{
    public function __construct(
        public readonly string|Generator $body = '',
        public readonly int $status = 200,
        public readonly array $headers = ['Content-Type' => ['text/plain']],
    ) {
    }
}

/** The answer has been sent. */
final class Answered extends Exception
{
}

final class Application
{
    private Relay $relay;
    private int $served = 0;
    /** Whether it is younger than the word to stop a stream. */
    private bool $knowsStop = true;

    public function __construct()
    {
        $this->relay = new Relay();
    }

    public function run(): void
    {
        while (true) {
            $frame = $this->relay->receive();
            if ($frame->flags & CONTROL) {
                $this->obey(json_decode($frame->body, true));
                continue;
            }
            if ($frame->stream & STOP) {
                if ($this->knowsStop) {
                    continue; // that stream has ended meanwhile
                }
                exit(0); // a call of nothing, which ends its loop
            }
            ++$this->served;
            $context = json_decode($frame->context, true, 512, JSON_THROW_ON_ERROR);
            try {
                $this->answer($this->handle(new Request($context, $frame->body)));
            } catch (Answered) {
            } catch (Throwable $e) {
                $this->relay->send(ERROR, 0, $e->getMessage());
            }
        }
    }

    private function obey(array $order): void
    {
        if (isset($order['pid'])) {
            $this->relay->send(CONTROL, 0, json_encode(['pid' => getmypid()]));
        } elseif (!empty($order['stop'])) {
            exit(0);
        }
    }

    /** Says what has happened to whoever reads the file `PSR7_NOTES`. */
    private function note(string $line): void
    {
        if ($notes = getenv('PSR7_NOTES')) {
            file_put_contents($notes, "$line\n", FILE_APPEND);
        }
    }

    private function answer(Response $r): void
    {
        $context = self::contextOf($r->status, $r->headers);
        if (is_string($r->body)) {
            $this->relay->send(JSON, 0, $r->body, $context);
            return;
        }
        // As RoadRunner's library does, each part says status and headers again.
        foreach ($r->body as $part) {
            while ($this->knowsStop && $this->relay->hasMore()) {
                $frame = $this->relay->receive();
                if ($frame->flags & CONTROL) {
                    $this->obey(json_decode($frame->body, true));
                    continue;
                }
                if (!($frame->stream & STOP)) {
                    exit(5); // a call, though this one has not ended
                }
                $this->note('stopped');
                $this->relay->send(JSON, 0, '', $context);
                return;
            }
            $this->relay->send(JSON, STREAM, $part, $context);
        }
        $this->relay->send(JSON, 0, (string)$r->body->getReturn(), $context);
    }

    private static function contextOf(int $status, array $headers): string
    {
        return json_encode(['status' => $status, 'headers' => (object)$headers]);
    }

    private function handle(Request $r): Response
    {
        [, $word, $detail] = explode('/', $r->path . '//', 4);
        return match ($word) {
            'echo' => $this->describe($r),
            '' => new Response('index'),
            'body' => new Response($r->body, 200, ['Content-Type' => ['application/octet-stream']]),
            'bytes' => new Response(implode('', array_map('chr', range(0, 255)))),
            'files' => $this->listFiles($r),
            'status' => new Response("status $detail", (int)$detail),
            'cookies' => new Response('', 200, ['Set-Cookie' => ['a=1; Path=/', 'b=2']]),
            'headers' => new Response('', 200, (array)json_decode($r->body, true)),
            'parts' => new Response($this->parts((int)$detail, $r)),
            'endless' => new Response($this->endless()),
            'early' => $this->hintFirst(),
            'wait' => $this->waitFor($r->query['file']),
            'die' => exit(7),
            'die-in-stream' => new Response($this->dieInside()),
            'fail' => throw new RuntimeException('asked to fail'),
            'fail-twice' => $this->failAfter(new Response('sorry', 500), 0),
            'fail-late' => $this->failAfter(new Response('fine'), 3000),
            'fail-and-leave' => $this->failAfter(new Response('sorry', 500), 0, leave: true),
            'forget-stop' => $this->forgetStop(),
            'no-context' => $this->sayRaw(null, 'no context'),
            'bad-context' => $this->sayRaw($r->body, ''),
            'pid' => new Response(getmypid() . " {$this->served}"),
            default => new Response("no $word", 404),
        };
    }

    private function describe(Request $r): Response
    {
        $told = $r->context + ['path' => $r->path, 'query' => $r->query, 'fields' => $r->parsed,
            'size' => strlen($r->body), 'crc' => crc32($r->body)];
        return new Response(
            json_encode($told, JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES),
            200,
            ['Content-Type' => ['application/json']],
        );
    }

    /** Tells of each file that came with a form: what the node says, and what is there. */
    private function listFiles(Request $r): Response
    {
        $files = [];
        $walk = function (array $tree, string $name) use (&$walk, &$files): void {
            if (isset($tree['tmpName']) && is_string($tree['tmpName'])) {
                $there = $tree['tmpName'] !== '' && is_file($tree['tmpName']);
                $files[$name] = $tree + ['there' => $there,
                    'crc' => $there ? crc32(file_get_contents($tree['tmpName'])) : null,
                    'mode' => $there ? decoct(fileperms($tree['tmpName']) & 0777) : null];
                return;
            }
            foreach ($tree as $key => $below) {
                $walk((array)$below, $name === '' ? (string)$key : "$name/$key");
            }
        };
        $walk((array)$r->context['uploads'], '');
        return new Response(json_encode(['files' => $files, 'fields' => $r->parsed],
            JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES));
    }

    private function parts(int $count, Request $r): Generator
    {
        $size = (int)($r->query['size'] ?? 0);
        for ($i = 1; $i <= $count; ++$i) {
            yield "part $i\n" . str_repeat('x', $size);
        }
        return 'end';
    }

    private function endless(): Generator
    {
        while (true) {
            yield str_repeat('x', 1000);
        }
    }

    private function dieInside(): Generator
    {
        yield 'one';
        exit(7);
    }

    private function hintFirst(): Response
    {
        $hints = self::contextOf(103, ['Link' => ['</a.css>; rel=preload']]);
        $this->relay->send(JSON, STREAM, '', $hints);
        return new Response('hinted');
    }

    /** Answers, and tells an error of the same request this much later. */
    private function failAfter(Response $r, int $microseconds, bool $leave = false): never
    {
        $this->answer($r);
        usleep($microseconds);
        if ($leave) {
            exit(0);
        }
        throw new RuntimeException('told besides');
    }

    private function forgetStop(): Response
    {
        $this->knowsStop = false;
        return new Response('forgotten');
    }

    private function waitFor(string $file): Response
    {
        $this->note('waiting');
        while (!file_exists($file)) {
            usleep(2000);
            clearstatcache();
        }
        return new Response('waited');
    }

    /** Answers with this context. */
    private function sayRaw(?string $context, string $body): never
    {
        $this->relay->send(0, 0, $body, $context);
        throw new Answered();
    }
}

(new Application())->run();
