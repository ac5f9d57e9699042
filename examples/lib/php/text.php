<?php
// The text service as a worker with the library beside it. What is printed goes to the log.
declare(strict_types=1);

require __DIR__ . '/troupe.php';

use Troupe\{App, Kind, WorkerError};

(new App('text.php', '1.0'))->methods(new class {
    #[Kind]
    public function upper(string $text): array
    {
        return ['text' => strtoupper($text)];
    }

    #[Kind]
    public function reverse(string $text): array
    {
        return ['text' => implode(array_reverse(preg_split('//u', $text)))];
    }

    #[Kind]
    public function sleep(int $ms): array
    {
        usleep($ms * 1000);
        return ['slept_ms' => $ms];
    }

    #[Kind]
    public function fail(string $message = 'failed because it was asked to'): never
    {
        throw new WorkerError('asked', $message);
    }

    #[Kind]
    public function who(): array
    {
        return ['language' => 'php', 'pid' => getmypid()];
    }
})->run();
