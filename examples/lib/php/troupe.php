<?php
// Workers and clients of Troupe, in one file without extensions.
//
// A worker is functions; the members of a call's payload are their arguments:
//
//   require 'troupe.php';
//   $app = new Troupe\App();
//   $app->kind('upper', fn (string $text) => ['text' => strtoupper($text)]);
//   $app->run();
//
// A client finds the node as the command `troupe` does:
//
//   $node = new Troupe\Client();
//   $node->call('text', 'upper', ['text' => 'abc'], timeout: 5);
//
// README.md beside this file shows the rest. PHP 8.1 or later, on the command line.
declare(strict_types=1);

namespace Troupe;

const PROTOCOL = 1;

/** Seconds for which a worker on a socket waits for the next node (`survive = true`). */
const PATIENCE = 600;

// -- errors -----------------------------------------------------------------------------

/** Thrown by a worker's function: the caller gets `worker_error` with this code as its
 * `worker_code`, the message, and the further members. */
class WorkerError extends \Exception
{
    public $code;
    public $message;

    public function __construct(string $code, string $message = '', public readonly array $more = [])
    {
        parent::__construct($message);
        $this->code = $code;
    }
}

/** A call to a pool ended in an error. `details` has every member of it. */
class CallFailed extends \Exception
{
    public $code;
    public $message;
    public readonly bool $retryable;
    public readonly ?string $workerCode;

    public function __construct(public readonly array $details)
    {
        parent::__construct((string) ($details['message'] ?? ''));
        $this->code = (string) ($details['code'] ?? 'internal');
        $this->retryable = (bool) ($details['retryable'] ?? false);
        $this->workerCode = isset($details['worker_code']) ? (string) $details['worker_code'] : null;
    }

    public static function of(string $code, string $message, bool $retryable = false): self
    {
        return new self(['code' => $code, 'message' => $message, 'retryable' => $retryable]);
    }
}

/** Thrown in a function whose caller has left. No \Exception, so that `catch (\Exception)` lets
 * it pass. */
class Cancelled extends \Error
{
}

/** Thrown where a function asks, if its session ends without a response. */
class SessionEnded extends Cancelled
{
}

// -- lines of JSON ----------------------------------------------------------------------

/** JSON both ways. Objects are \stdClass, since an array cannot tell {} from []. */
final class Json
{
    private const FLAGS = JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES | JSON_PRESERVE_ZERO_FRACTION;

    public static function encode(mixed $value): string
    {
        return json_encode($value, self::FLAGS);
    }

    public static function decode(string $text): mixed
    {
        try {
            return json_decode($text, false, 512, JSON_THROW_ON_ERROR);
        } catch (\JsonException $wrong) {
            if ($wrong->getCode() !== JSON_ERROR_UTF16) {
                throw $wrong;
            }
            return json_decode(self::withoutHalfPairs($text), false, 512, JSON_THROW_ON_ERROR);
        }
    }

    /** Replaces lone surrogates, which JSON allows and PHP does not. */
    private static function withoutHalfPairs(string $text): string
    {
        $escapes = '/\\\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\\\u[dD][c-fC-F][0-9a-fA-F]{2}'
            . '|u[dD][89a-fA-F][0-9a-fA-F]{2}|.)/s';
        return preg_replace_callback(
            $escapes,
            fn ($m) => strlen($m[0]) === 6 ? '\ufffd' : $m[0],
            $text
        );
    }

    /** Returns a value with arrays in place of objects, all the way down. */
    public static function asArrays(mixed $value): mixed
    {
        if ($value instanceof \stdClass) {
            $value = (array) $value;
        }
        return is_array($value) ? array_map(self::asArrays(...), $value) : $value;
    }
}

/** Two streams, or one, that carry lines. */
final class Channel
{
    public bool $ended = false;
    private string $rest = '';
    private int $at = 0; // where the next line begins in $rest
    private int $seen = 0; // up to where there is no end of a line

    /**
     * @param resource $source
     * @param resource $sink
     */
    public function __construct(private $source, private $sink)
    {
        stream_set_read_buffer($source, 0);
        stream_set_blocking($source, false);
    }

    /** Returns the next line; null at the end, or if none comes within so many seconds. */
    public function line(?float $seconds = null): ?string
    {
        while (($end = strpos($this->rest, "\n", $this->seen)) === false) {
            $this->seen = strlen($this->rest);
            if (!$this->await($seconds)) {
                return null;
            }
            $piece = @fread($this->source, 1 << 18);
            if (($piece === '' || $piece === false) && feof($this->source)) {
                $this->ended = true;
                return null;
            }
            $this->rest = substr($this->rest, $this->at) . $piece;
            $this->seen -= $this->at;
            $this->at = 0;
        }
        $line = substr($this->rest, $this->at, $end - $this->at);
        $this->at = $this->seen = $end + 1;
        return $line;
    }

    private function await(?float $seconds): bool
    {
        do {
            $read = [$this->source];
            $none = null;
            $whole = $seconds === null ? null : (int) $seconds;
            $micros = $seconds === null ? null : (int) (($seconds - $whole) * 1e6);
            $ready = @stream_select($read, $none, $none, $whole, $micros);
        } while ($ready === false); // a signal came
        return $ready > 0;
    }

    /** Writes all of it. Reads meanwhile if that is one stream: a peer that waits until its
     * answers are read would not read either. Returns false if the peer is gone. */
    public function write(string $data): bool
    {
        for ($at = 0; $at < strlen($data); $at += $n) {
            $n = @fwrite($this->sink, substr($data, $at, 1 << 18));
            if ($n === false || ($n === 0 && !$this->awaitRoom())) {
                return false;
            }
        }
        return true;
    }

    private function awaitRoom(): bool
    {
        $read = $this->source === $this->sink ? [$this->source] : null;
        $write = [$this->sink];
        $none = null;
        if (@stream_select($read, $write, $none, null) === false || !$read) {
            return true;
        }
        $piece = @fread($this->source, 1 << 18);
        $this->rest .= $piece;
        return $piece !== '' || !feof($this->source);
    }

    public function close(): void
    {
        @fclose($this->source);
        if ($this->sink !== $this->source) {
            @fclose($this->sink);
        }
    }
}

/** Returns a call as a line of the protocol has it. */
function callMembers(string $to, string $kind, mixed $payload, array $options): array
{
    $members = ['to' => $to, 'kind' => $kind, 'payload' => $payload];
    foreach ($options as $name => $value) {
        if (!in_array($name, ['timeout', 'idempotent', 'priority', 'key', 'traceparent', 'tracestate'], true)) {
            throw new \ValueError("a call has no option '$name'");
        }
        if ($value === null) {
            continue;
        }
        if ($name === 'timeout') {
            $members['timeout_ms'] = max(1, (int) ($value * 1000));
        } else {
            $members[$name] = $value;
        }
    }
    return $members;
}

// -- the call that a function runs ------------------------------------------------------

/** A call in a function. A parameter of this type is given it. */
final class Call
{
    public readonly ?string $sessionId;
    public string $kind;
    public mixed $payload;
    public ?string $traceparent;
    public ?string $tracestate;
    /** Whether the caller takes parts of the answer. */
    public bool $wantsParts;
    /** Whether the caller has left. */
    public bool $cancelled = false;
    /** When the call's time is over, in the seconds of hrtime; null if the node said nothing. */
    public ?float $deadline;
    /** @internal */
    public string $requestId;
    /** @internal */
    public ?\Fiber $fiber = null;

    /** @internal */
    public function __construct(private Worker $worker, \stdClass $message)
    {
        $this->step($message);
        $id = $this->payload instanceof \stdClass ? $this->payload->session_id ?? null : null;
        $this->sessionId = is_string($id) ? $id : null;
    }

    /** @internal Takes a call or, in a session, the next one. */
    public function step(\stdClass $message): void
    {
        $this->kind = $message->kind;
        $this->payload = $message->payload ?? null;
        $this->traceparent = $message->traceparent ?? null;
        $this->tracestate = $message->tracestate ?? null;
        $this->wantsParts = ($message->stream ?? false) === true;
        $left = $message->deadline_ms ?? null;
        $this->deadline = $left === null ? null : now() + $left / 1000;
        $this->requestId = $message->request_id;
    }

    /** Returns the seconds until the deadline, 0 if it is over, null if there is none. */
    public function timeLeft(): ?float
    {
        return $this->deadline === null ? null : max(0.0, $this->deadline - now());
    }

    /** Looks whether the caller has left, and throws Cancelled if so. */
    public function check(): void
    {
        $this->worker->poll();
        if ($this->cancelled) {
            throw new Cancelled('the caller has left');
        }
    }

    /** Sends a part of the answer, if the caller takes parts. Throws as `check`. */
    public function part(mixed $payload): void
    {
        $this->check();
        if ($this->wantsParts) {
            $this->worker->send(['kind' => 'chunk', 'request_id' => $this->requestId, 'payload' => $payload]);
        }
    }

    /** Sends how far the call is, from 0 to 1, as a part. Throws as `check`. */
    public function progress(float $done, ?string $text = null): void
    {
        $this->part(['progress' => $done] + ($text === null ? [] : ['text' => $text]));
    }

    /** Calls a pool of the node and returns the result; throws CallFailed.
     *
     * Options: timeout (seconds), idempotent, priority, key. The call has no more time than this
     * one, ends with it, and is part of its trace. */
    public function call(string $to, string $kind, mixed $payload = null, mixed ...$options): mixed
    {
        $members = callMembers($to, $kind, $payload, $options);
        $members['parent'] = $this->requestId;
        $this->check();
        return $this->worker->callOut($this, $members);
    }

    /** Asks the client of the session, and returns the responses in the order of the queries. A
     * query is a text, or an array with 'id' and 'prompt'. Throws SessionEnded. */
    public function ask(string|array ...$queries): array
    {
        if ($this->sessionId === null) {
            throw new WorkerError('no_session', 'this call asks, so it must be part of a session');
        }
        $asked = [];
        foreach (array_values($queries) as $i => $query) {
            $asked[] = is_string($query) ? ['id' => 'q' . ($i + 1), 'prompt' => $query] : $query;
        }
        return $this->worker->ask($this, $asked);
    }
}

/** Returns the seconds of a clock that nobody sets. */
function now(): float
{
    return hrtime(true) / 1e9;
}

// -- arguments --------------------------------------------------------------------------

/** @internal A function that answers calls, and what it wants to be given. */
final class Handler
{
    private const NAMES = ['string' => 'a string', 'int' => 'a whole number', 'float' => 'a number',
        'bool' => 'true or false', 'array' => 'an object or an array'];

    /** @var array<string, \ReflectionParameter> */
    private array $members = [];
    private ?string $call = null;
    private bool $takesRest = false;

    public function __construct(private \Closure $function, private bool $whole)
    {
        foreach ((new \ReflectionFunction($function))->getParameters() as $p) {
            if ($p->getType() instanceof \ReflectionNamedType && $p->getType()->getName() === Call::class) {
                $this->call = $p->getName();
            } elseif ($p->isVariadic()) {
                $this->takesRest = true;
            } else {
                $this->members[$p->getName()] = $p;
            }
        }
        if ($whole && count($this->members) !== 1) {
            throw new \LogicException('a function that takes the whole payload has one parameter beside the Call');
        }
    }

    public function run(Call $call): mixed
    {
        $given = $this->whole ? [array_key_first($this->members) => $call->payload] : $this->given($call->payload);
        if ($this->call !== null) {
            $given[$this->call] = $call;
        }
        return ($this->function)(...$given);
    }

    private function given(mixed $payload): array
    {
        $payload ??= new \stdClass();
        if (!$payload instanceof \stdClass) {
            $names = implode(', ', array_keys($this->members)) ?: 'no members';
            throw new WorkerError('bad_payload', "the payload must be an object with $names");
        }
        $given = (array) $payload;
        if (!isset($this->members['session_id'])) {
            unset($given['session_id']);
        }
        $required = array_filter($this->members, fn ($p) => !$p->isOptional());
        $wrong = [];
        if ($missing = array_keys(array_diff_key($required, $given))) {
            $wrong[] = 'missing: ' . implode(', ', $missing);
        }
        $unknown = array_diff_key($given, $this->members);
        if ($unknown && (!$this->takesRest || array_key_exists((string) $this->call, $unknown))) {
            $wrong[] = 'unknown: ' . implode(', ', array_keys($unknown));
        }
        foreach (array_intersect_key($this->members, $given) as $name => $p) {
            $type = $p->getType();
            $wanted = $type instanceof \ReflectionNamedType ? $type->getName() : '';
            if ($given[$name] === null && (!$type || $type->allowsNull())) {
                continue;
            }
            if ($wanted === 'array') {
                $given[$name] = Json::asArrays($given[$name]);
            } elseif ($wanted === 'float' && is_int($given[$name])) {
                $given[$name] = (float) $given[$name];
            }
            if (isset(self::NAMES[$wanted]) && get_debug_type($given[$name]) !== $wanted) {
                $wrong[] = "$name must be " . self::NAMES[$wanted];
            }
        }
        if ($wrong) {
            throw new WorkerError('bad_payload', implode('; ', $wrong));
        }
        return $given;
    }
}

/** Marks a method as what answers calls: those of its name, or of another kind. */
#[\Attribute(\Attribute::TARGET_METHOD)]
final class Kind
{
    public function __construct(public readonly ?string $kind = null)
    {
    }
}

// -- workers ----------------------------------------------------------------------------

/** What a worker can do. */
final class App
{
    /** @var array<string, Handler> */
    private array $kinds = [];
    private ?Handler $default = null;
    /** @var array<string, callable> */
    private array $routes = [];
    private ?Worker $worker = null;

    /**
     * @param int $window How many calls may be in the worker at a time: beside the one that runs,
     *     those that wait for calls of their own, or for responses.
     * @param bool $cancel Whether the node tells of callers that have left. Then every function
     *     has to send parts or progress, or to check, more than once a second: the node replaces
     *     a worker that does not end such a call within a second. Without it a function whose
     *     caller has left runs to its end.
     */
    public function __construct(
        public readonly ?string $name = null,
        public readonly ?string $version = null,
        public readonly int $window = 1,
        public readonly bool $cancel = false,
    ) {
        if (getenv('TROUPE_WORKER_MARK') !== false && !getenv('TROUPE_SOCKET')) {
            Stdio::take(); // what is printed while other files are loaded is no answer
        }
    }

    /** Answers calls of a kind. With `whole` the function's one parameter is the payload. */
    public function kind(string $kind, callable $function, bool $whole = false): static
    {
        if (isset($this->kinds[$kind])) {
            throw new \LogicException("there are two functions for the kind '$kind'");
        }
        $this->kinds[$kind] = new Handler($function(...), $whole);
        return $this;
    }

    /** Answers calls by the methods of an object that have the attribute Kind. */
    public function methods(object $object): static
    {
        foreach ((new \ReflectionObject($object))->getMethods() as $method) {
            foreach ($method->getAttributes(Kind::class) as $attribute) {
                $kind = $attribute->newInstance()->kind ?? $method->getName();
                $this->kind($kind, $method->getClosure($object));
            }
        }
        return $this;
    }

    /** Answers calls of any other kind: the function's one parameter is the payload, beside a
     * Call, which has the kind. */
    public function default(callable $function): static
    {
        $this->default = new Handler($function(...), true);
        return $this;
    }

    /** Answers web requests: all, or those of one path. The function is given a Request. */
    public function http(callable $function, ?string $path = null): static
    {
        if (!$this->routes) {
            $this->kind('http', $this->answerHttp(...), whole: true);
        }
        $this->routes[$path ?? ''] = $function;
        return $this;
    }

    /** Answers calls until the node says that the worker shall end. */
    public function run(): void
    {
        $address = getenv('TROUPE_SOCKET');
        if (!$address) {
            [$source, $sink] = Stdio::take();
            $this->serve($source, $sink);
            return;
        }
        $this->worker = new Worker($this);
        while (!$this->worker->stopped && ($socket = self::dial($address))) {
            $this->worker->run(new Channel($socket, $socket));
        }
    }

    /** Runs one worker on two streams, which may be the same, until the node ends it.
     *
     * @param resource $source
     * @param resource $sink
     */
    public function serve($source, $sink): void
    {
        $this->worker = new Worker($this);
        $this->worker->run(new Channel($source, $sink));
    }

    /** Writes a line to the node's log. What is printed is logged too, without a level. */
    public function log(string $message, string $level = 'info'): void
    {
        $this->worker?->send(['kind' => 'log', 'payload' => ['level' => $level, 'message' => $message]]);
    }

    /** Publishes an event. */
    public function event(mixed $payload): void
    {
        $this->worker?->send(['kind' => 'event', 'payload' => $payload]);
    }

    /** Gives a sample of a metric that the configuration declares. */
    public function metric(string $name, float $value = 1, string ...$labels): void
    {
        $payload = ['name' => $name, 'value' => $value, 'labels' => (object) $labels];
        $this->worker?->send(['kind' => 'metric', 'payload' => $payload]);
    }

    /** @internal */
    public function find(string $kind): Handler
    {
        $known = implode(', ', array_keys($this->kinds)) ?: 'none';
        return $this->kinds[$kind] ?? $this->default
            ?? throw new WorkerError('unknown_kind', "there is no kind '$kind' here; known: $known");
    }

    /** @internal */
    public function worker(): ?Worker
    {
        return $this->worker;
    }

    private function answerHttp(mixed $payload, Call $call): array
    {
        $request = new Request($payload, $call);
        $function = $this->routes[$request->path] ?? $this->routes[''] ?? null;
        $answer = $function ? $function($request) : new Response("not found\n", 404);
        return ($answer instanceof Response ? $answer : new Response($answer))->answer($call);
    }

    /** @return resource|null */
    private static function dial(string $address)
    {
        $url = str_contains($address, '/') ? "unix://$address" : "tcp://$address";
        for ($giveUp = now() + PATIENCE; now() < $giveUp; usleep(100_000)) {
            if ($socket = @stream_socket_client($url)) {
                return $socket;
            }
        }
        return null;
    }
}

/** @internal */
final class Stdio
{
    private static ?array $streams = null;
    private static array $kept = [];

    /** Moves standard input and output out of reach of what prints, here or in a process that
     * this one starts: that goes to standard error. Returns the two streams they are now.
     *
     * PHP cannot say which number a descriptor gets, but a new one gets the lowest that is free:
     * the one closed before. */
    public static function take(): array
    {
        if (self::$streams) {
            return self::$streams;
        }
        $source = self::duplicate(0, 'r');
        $sink = self::duplicate(1, 'w');
        fclose(\STDIN);
        self::$kept[] = fopen('/dev/null', 'r');
        fclose(\STDOUT);
        self::$kept[] = fopen('php://fd/2', 'w');
        if (@readlink('/proc/self/fd/1') !== @readlink('/proc/self/fd/2')) {
            throw new \RuntimeException('standard output cannot be moved');
        }
        return self::$streams = [$source, $sink];
    }

    /** PHP cannot have a duplicate closed in the processes that it starts, but its FFI can. Where
     * that is missing, such a process has the descriptor, at a number that it does not expect.
     *
     * @return resource
     */
    private static function duplicate(int $fd, string $mode)
    {
        for ($new = 3; @readlink("/proc/self/fd/$new") !== false; ++$new); // the lowest that is free
        $stream = fopen("php://fd/$fd", $mode);
        try {
            if (extension_loaded('FFI')) {
                [$setFlags, $closeOnExec] = [2, 1];
                \FFI::cdef('int fcntl(int, int, ...);')->fcntl($new, $setFlags, $closeOnExec);
            }
        } catch (\FFI\Exception) {
            // ffi.enable forbids it
        }
        return $stream;
    }
}

/** @internal One worker: each call is a fiber, which pauses where the call waits. */
final class Worker
{
    public bool $stopped = false;
    private ?Channel $channel = null;
    /** @var array<string, Call> by request_id */
    private array $running = [];
    /** @var array<string, Call> by session_id: those that ask */
    private array $sessions = [];
    /** @var array<string, Call> by the name of a call that the worker makes: who waits for it */
    private array $own = [];
    private int $names = 0;
    /** @var \stdClass[] what came while a function ran */
    private array $backlog = [];

    public function __construct(private App $app)
    {
    }

    /** Runs until the channel ends or the node says that the worker shall end. */
    public function run(Channel $channel): void
    {
        $this->channel = $channel;
        while (!$this->stopped && ($message = array_shift($this->backlog) ?? $this->receive())) {
            $this->take($message);
        }
        if ($this->stopped) {
            foreach ($this->sessions as $call) {
                $this->resume($call, new SessionEnded('the session has ended'));
            }
            // Calls that wait for others may end: their answers still come.
            while ($this->own && ($message = $this->receive())) {
                $this->take($message);
            }
        }
        $this->disconnect();
        $channel->close();
    }

    public function send(array $message): void
    {
        $this->channel?->write(Json::encode($message) . "\n");
    }

    /** Writes past all rules, for tests. */
    public function raw(string $data): void
    {
        $this->channel->write($data);
    }

    /** Takes what has come while a function runs, as far as it cannot wait. */
    public function poll(): void
    {
        while (($message = $this->receive(0.0)) !== null) {
            if ($message->kind !== 'cancel' || !$this->takeBack($message->request_id)) {
                $this->backlog[] = $message;
            }
        }
    }

    /** Cancels a call that has not begun. Returns false, with the call marked, if it has. */
    private function takeBack(string $name): bool
    {
        if (isset($this->running[$name])) {
            $this->running[$name]->cancelled = true;
            return false;
        }
        foreach ($this->backlog as $i => $waiting) {
            if (($waiting->request_id ?? null) === $name) {
                unset($this->backlog[$i]);
                $error = ['code' => 'cancelled', 'message' => 'the caller has left'];
                $this->send(['kind' => $waiting->kind, 'request_id' => $name, 'error' => $error]);
            }
        }
        return true;
    }

    public function callOut(Call $call, array $members): mixed
    {
        $name = 'own-' . ++$this->names;
        $this->own[$name] = $call;
        $this->send(['kind' => 'call', 'request_id' => $name, 'payload' => $members]);
        try {
            return \Fiber::suspend();
        } finally {
            if (isset($this->own[$name])) {
                unset($this->own[$name]);
                $this->send(['kind' => 'cancel', 'request_id' => $name]);
            }
        }
    }

    public function ask(Call $call, array $queries): array
    {
        if (($this->running[$call->requestId] ?? null) !== $call) {
            throw new Cancelled('the node is gone');
        }
        unset($this->running[$call->requestId]);
        $this->sessions[$call->sessionId] = $call;
        $this->send(['kind' => 'paused', 'request_id' => $call->requestId, 'payload' => ['queries' => $queries]]);
        return \Fiber::suspend();
    }

    private function receive(?float $seconds = null): ?\stdClass
    {
        do {
            $line = $this->channel->line($seconds);
        } while ($line !== null && trim($line) === '');
        return $line === null ? null : Json::decode($line);
    }

    private function take(\stdClass $message): void
    {
        $name = $message->request_id ?? null;
        match (true) {
            $message->kind === 'hello' => $this->send($this->ready()),
            $message->kind === 'shutdown' => $this->stopped = true,
            $message->kind === 'cancel' => $this->cancel($name),
            $message->kind === 'end_session' => $this->endSession($message),
            is_string($name) && str_starts_with($name, 'own-') => $this->answered($name, $message),
            $name !== null => $this->begin($message),
            default => null,
        };
    }

    private function ready(): array
    {
        $capabilities = $this->app->cancel ? ['cancel', 'end_session'] : ['end_session'];
        $payload = ['protocol' => PROTOCOL, 'window' => $this->app->window, 'capabilities' => $capabilities];
        foreach (['name' => $this->app->name, 'version' => $this->app->version] as $key => $value) {
            if ($value !== null) {
                $payload[$key] = $value;
            }
        }
        return ['kind' => 'ready', 'payload' => $payload];
    }

    private function answered(string $name, \stdClass $message): void
    {
        $call = $this->own[$name] ?? null;
        unset($this->own[$name]);
        if ($call) {
            $error = $message->error ?? null;
            $this->resume($call, $error === null ? null : new CallFailed((array) $error), $message->payload ?? null);
        }
    }

    private function begin(\stdClass $message): void
    {
        $session = $message->payload->session_id ?? null;
        if ($message->kind === 'continue' && isset($this->sessions[$session])) {
            $call = $this->sessions[$session];
            unset($this->sessions[$session]);
            $responses = array_map(fn ($r) => $r->response ?? null, $message->payload->responses ?? []);
            $payload = $call->payload;
            $call->step($message);
            $call->payload = $payload;
            $this->running[$call->requestId] = $call;
            $this->resume($call, null, $responses);
            return;
        }
        $call = new Call($this, $message);
        $this->running[$call->requestId] = $call;
        $call->fiber = new \Fiber(fn () => $this->answer($call));
        $call->fiber->start();
    }

    private function resume(Call $call, ?\Throwable $why, mixed $value = null): void
    {
        if ($call->fiber?->isSuspended()) {
            $why ? $call->fiber->throw($why) : $call->fiber->resume($value);
        }
    }

    private function answer(Call $call): void
    {
        try {
            if ($call->cancelled) {
                throw new Cancelled();
            }
            $result = $this->app->find($call->kind)->run($call);
            $answer = ['payload' => $result instanceof \Generator ? $this->parts($result, $call) : $result];
        } catch (\Throwable $wrong) {
            $answer = ['error' => self::failure($wrong)];
        }
        $this->settle($call, $answer);
    }

    /** Sends the values of a generator as parts, and returns its result. */
    private function parts(\Generator $made, Call $call): mixed
    {
        foreach ($made as $part) {
            $call->part($part);
        }
        return $made->getReturn();
    }

    private function settle(Call $call, array $answer): void
    {
        if (($this->running[$call->requestId] ?? null) !== $call) {
            return; // of a session that has ended, or of a connection: another may have its id by now
        }
        unset($this->running[$call->requestId]);
        $head = ['kind' => $call->kind === 'chunk' ? 'result' : $call->kind, 'request_id' => $call->requestId];
        try {
            $this->send($head + $answer);
        } catch (\JsonException $wrong) {
            $message = "the result is not JSON: {$wrong->getMessage()}";
            $this->send($head + ['error' => ['code' => 'bad_result', 'message' => $message]]);
        }
    }

    private static function failure(\Throwable $wrong): array
    {
        if ($wrong instanceof WorkerError) {
            return ['code' => $wrong->code, 'message' => $wrong->message] + $wrong->more;
        }
        if ($wrong instanceof CallFailed) {
            return ['code' => $wrong->code, 'message' => $wrong->message] + $wrong->details;
        }
        if ($wrong instanceof Cancelled) {
            return ['code' => 'cancelled', 'message' => 'the caller has left'];
        }
        fwrite(\STDERR, "$wrong\n");
        $text = json_decode(json_encode($wrong->getMessage(), JSON_INVALID_UTF8_SUBSTITUTE));
        return ['code' => basename(strtr($wrong::class, '\\', '/')), 'message' => $text];
    }

    private function cancel(?string $name): void
    {
        $call = $this->running[$name] ?? null;
        if ($call) {
            $call->cancelled = true;
            $this->resume($call, new Cancelled('the caller has left'));
        }
    }

    private function endSession(\stdClass $message): void
    {
        $session = $message->payload->session_id ?? '';
        $call = $this->sessions[$session] ?? null;
        unset($this->sessions[$session]);
        if ($call) {
            $this->resume($call, new SessionEnded('the session has ended'));
        }
        $this->send(['kind' => 'end_session', 'request_id' => $message->request_id]);
    }

    /** What waits for the node that is gone waits in vain; sessions wait for the next one. */
    private function disconnect(): void
    {
        foreach ($this->running as $call) {
            $call->cancelled = true;
        }
        $this->running = [];
        $own = $this->own;
        $this->own = [];
        foreach ($own as $call) {
            $this->resume($call, CallFailed::of('node_down', 'the node is gone', true));
        }
    }
}

// -- web requests -----------------------------------------------------------------------

/** A web request. */
final class Request
{
    /** The path and the query of a URI. Not by parse_url, which refuses some hosts: a client may
     * name any, or none. */
    private const URI = '~^(?:[a-z][a-z0-9+.-]*://[^/?#]*)?([^?#]*)(?:\?([^#]*))?~i';

    public readonly string $method;
    public readonly string $uri;
    public readonly string $path;
    /** The parameters of the query, as PHP has them in $_GET. */
    public readonly array $args;
    /** @var array<string, string[]> by names in small letters */
    public readonly array $headers;
    public readonly array $cookies;
    public readonly ?string $remoteAddr;
    public readonly string $body;
    /** The tree of a form, and its files. */
    public readonly mixed $parsed;
    public readonly mixed $uploads;

    public function __construct(mixed $payload, public readonly Call $call)
    {
        $given = Json::asArrays($payload);
        $this->method = $given['method'] ?? 'GET';
        $this->uri = $given['uri'] ?? '/';
        preg_match(self::URI, $this->uri, $found);
        $this->path = rawurldecode($found[1]) ?: '/';
        parse_str($found[2] ?? '', $args);
        $this->args = $args;
        $this->headers = array_change_key_case($given['headers'] ?? []);
        $this->cookies = $given['cookies'] ?? [];
        $this->remoteAddr = $given['remote_addr'] ?? null;
        $this->body = isset($given['body_base64']) ? base64_decode($given['body_base64']) : $given['body'] ?? '';
        $this->parsed = $given['parsed'] ?? null;
        $this->uploads = $given['uploads'] ?? null;
    }

    /** Returns the first value of a header. */
    public function header(string $name): ?string
    {
        return $this->headers[strtolower($name)][0] ?? null;
    }

    public function json(): mixed
    {
        return Json::decode($this->body);
    }
}

/** An answer to a web request. The body is a text or bytes, anything else as JSON; a generator's
 * values are its parts. */
final class Response
{
    public function __construct(
        public readonly mixed $body = '',
        public readonly int $status = 200,
        public readonly array $headers = [],
    ) {
    }

    /** @internal Returns the payload that answers; sends what comes in parts. */
    public function answer(Call $call): array
    {
        if (is_string($this->body)) {
            return $this->head('text/html; charset=utf-8') + self::bytes($this->body);
        }
        if (!$this->body instanceof \Generator) {
            return $this->head('application/json') + ['body' => Json::encode($this->body)];
        }
        $call->part($this->head('text/html; charset=utf-8'));
        foreach ($this->body as $part) {
            $call->part(self::bytes($part));
        }
        return ['body' => ''];
    }

    private function head(string $type): array
    {
        $headers = array_map(fn ($v) => array_map(strval(...), (array) $v), $this->headers);
        if (!isset(array_change_key_case($headers)['content-type'])) {
            $headers['content-type'] = [$type];
        }
        return ['status' => $this->status, 'headers' => $headers];
    }

    private static function bytes(string $body): array
    {
        return preg_match('//u', $body) ? ['body' => $body] : ['body_base64' => base64_encode($body)];
    }
}

// -- clients ----------------------------------------------------------------------------

/** Returns the path of the node's socket: as said, in TROUPE_NODE, or as the node has written it
 * down in its state directory (TROUPE_STATE_DIR, `.troupe`, that of the service). Throws
 * CallFailed with `unavailable`. */
function findSocket(?string $node = null, ?string $stateDir = null): string
{
    $named = $node ?: getenv('TROUPE_NODE') ?: null;
    if ($named !== null) {
        return str_contains($named, '://')
            ? throw CallFailed::of('unavailable', "'$named' is a URL; name the node's socket") : $named;
    }
    $folder = $stateDir ?: getenv('TROUPE_STATE_DIR') ?: null;
    if ($folder === null) {
        $announced = fn ($where) => file_exists("$where/connection.json");
        $service = '/var/lib/troupe';
        $folder = !$announced('.troupe') && $announced($service) ? $service : '.troupe';
    }
    $file = "$folder/connection.json";
    $socket = json_decode((string) @file_get_contents($file))->socket ?? null;
    if (!is_string($socket) || $socket === '') {
        throw CallFailed::of('unavailable', "no node found: '$file' does not name one; start one with "
            . '`troupe serve`, or name one', true);
    }
    return str_starts_with($socket, '/') ? $socket : "$folder/$socket";
}

/** A call that was sent: `result` waits for its end, `cancel` takes it back. If it was made by
 * `stream`, iterating yields its parts until its end. */
final class Pending implements \IteratorAggregate
{
    /** @internal */
    public array $parts = [];
    /** @internal */
    public bool $started = false;
    /** @internal */
    public int $size = 0;
    /** @internal Whether the node cannot have got it. */
    public bool $unsent = false;
    /** @internal */
    public readonly ?float $ends;
    public bool $done = false;
    private mixed $value = null;
    private ?CallFailed $failed = null;

    /** @internal */
    public function __construct(private Client $client, public array $members)
    {
        $this->ends = isset($members['timeout_ms']) ? now() + $members['timeout_ms'] / 1000 : null;
    }

    /** Returns the result, or throws CallFailed. */
    public function result(): mixed
    {
        while (!$this->done) {
            $this->client->receive();
        }
        return $this->failed ? throw $this->failed : $this->value;
    }

    /** Takes the call back: unless it has just ended, it ends with `cancelled`. */
    public function cancel(): void
    {
        $this->client->cancel($this);
    }

    public function getIterator(): \Generator
    {
        try {
            while (!$this->done || $this->parts) {
                if ($this->parts) {
                    yield array_shift($this->parts);
                } else {
                    $this->client->receive();
                }
            }
        } finally {
            if (!$this->done) {
                $this->cancel();
            }
        }
        $this->result();
    }

    /** @internal */
    public function settle(mixed $value, ?CallFailed $failed = null): void
    {
        [$this->done, $this->value, $this->failed] = [true, $value, $failed];
    }
}

/** A client of a node, on its socket. Many calls can be open at a time. */
final class Client
{
    private ?Channel $channel = null;
    private bool $connectedOnce = false;
    private int $names = 0;
    /** @var array<string, Pending> */
    private array $pending = [];
    private ?array $lastWords = null; // an error that is about no call

    /**
     * @param ?string $node The path of the node's socket, and
     * @param ?string $stateDir its state directory. Without them it is found as the command
     *     `troupe` does.
     * @param float $reconnect For how many seconds the node is looked for once the connection has
     *     ended. Calls that were open then end with `node_down`; those that are idempotent are
     *     made again.
     */
    public function __construct(
        private ?string $node = null,
        private ?string $stateDir = null,
        private float $reconnect = 10.0,
    ) {
    }

    /** Returns the result of a call. Throws CallFailed.
     *
     * Options: timeout (seconds), idempotent, priority, key, traceparent, tracestate. */
    public function call(string $to, string $kind, mixed $payload = null, mixed ...$options): mixed
    {
        return $this->submit($to, $kind, $payload, ...$options)->result();
    }

    /** Sends a call. */
    public function submit(string $to, string $kind, mixed $payload = null, mixed ...$options): Pending
    {
        return $this->send(new Pending($this, callMembers($to, $kind, $payload, $options)));
    }

    /** Sends a call whose parts are wanted. */
    public function stream(string $to, string $kind, mixed $payload = null, mixed ...$options): Pending
    {
        $members = callMembers($to, $kind, $payload, $options) + ['stream' => true];
        return $this->send(new Pending($this, $members));
    }

    /** Ends the connection, and so cancels its calls. */
    public function close(): void
    {
        $this->channel?->close();
        $this->channel = null;
        foreach ($this->pending as $pending) {
            $pending->settle(null, CallFailed::of('cancelled', 'the client is closed'));
        }
        $this->pending = [];
    }

    /** @internal */
    public function cancel(Pending $pending): void
    {
        $name = array_search($pending, $this->pending, true);
        if ($name !== false) {
            $this->channel?->write(Json::encode(['kind' => 'cancel', 'request_id' => $name]) . "\n");
        }
    }

    /** @internal Takes what comes next: an answer, a part, or the end of the connection. */
    public function receive(): void
    {
        $line = $this->channel?->line();
        $line === null ? $this->lost() : $this->take(Json::decode($line));
    }

    private function take(\stdClass $message): void
    {
        if (!isset($message->request_id)) {
            $this->lastWords = (array) $message->error;
        }
        $pending = $this->pending[$message->request_id ?? ''] ?? null;
        if (!$pending) {
            return;
        }
        if ($message->kind === 'chunk' && !isset($message->error)) {
            $pending->started = true;
            $pending->parts[] = $message->payload ?? null;
            return;
        }
        unset($this->pending[$message->request_id]);
        $error = $message->error ?? null;
        $pending->settle($message->payload ?? null, $error === null ? null : new CallFailed((array) $error));
    }

    private function send(Pending $pending): Pending
    {
        $name = 'c' . ++$this->names;
        $line = Json::encode($pending->members + ['request_id' => $name]) . "\n";
        $pending->size = strlen($line);
        $pending->unsent = false;
        $this->look();
        $channel = $this->open();
        $this->pending[$name] = $pending;
        if (!$channel->write($line)) {
            // The connection has ended, and the node may have said why.
            $pending->unsent = true;
            while ($this->channel === $channel) {
                $this->receive();
            }
        }
        return $pending;
    }

    /** Takes what has come. Nothing reads while no call is open, so that the connection has ended
     * may be seen only now. */
    private function look(): void
    {
        while ($this->channel && ($line = $this->channel->line(0.0)) !== null) {
            $this->take(Json::decode($line));
        }
        if ($this->channel?->ended) {
            $this->lost();
        }
    }

    /** Returns a connection that stands, or one that is new. */
    private function open(): Channel
    {
        $giveUp = now() + ($this->connectedOnce ? $this->reconnect : 0);
        for ($pause = 20_000; !$this->channel; $pause = min(2 * $pause, 1_000_000)) {
            try {
                $this->channel = $this->connect();
                $this->connectedOnce = true;
            } catch (CallFailed $failed) {
                if (now() >= $giveUp) {
                    throw $failed;
                }
                usleep($pause);
            }
        }
        return $this->channel;
    }

    private function connect(): Channel
    {
        $path = findSocket($this->node, $this->stateDir);
        $socket = @stream_socket_client("unix://$path", $number, $text)
            ?: throw CallFailed::of('unavailable', "cannot connect to '$path': $text", true);
        return new Channel($socket, $socket);
    }

    /** Ends or repeats the calls of a connection that has ended. */
    private function lost(): void
    {
        $this->channel?->close();
        $this->channel = null;
        $lost = $this->pending;
        $this->pending = [];
        $gone = CallFailed::of('node_down', 'the connection to the node has ended', true);
        if ($this->lastWords && $lost) { // about a line that was too long to be read
            uasort($lost, fn ($a, $b) => $a->size <=> $b->size);
            array_pop($lost)->settle(null, new CallFailed($this->lastWords));
            $this->lastWords = null;
        }
        foreach ($lost as $pending) {
            $again = $pending->unsent || ($pending->members['idempotent'] ?? false);
            if (!$again || $pending->started) {
                $pending->settle(null, $gone);
                continue;
            }
            try {
                if ($pending->ends !== null) {
                    $left = (int) (($pending->ends - now()) * 1000);
                    $pending->members['timeout_ms'] = $left >= 1 ? $left
                        : throw CallFailed::of('timeout', 'the time was over before the node was back', true);
                }
                $this->send($pending);
            } catch (CallFailed $failed) {
                $pending->settle(null, $failed);
            }
        }
    }
}
