#pragma once

/// Connects to the node; ends this process where that fails.
/// @param address As in TROUPE_SOCKET: a path, or 127.0.0.1:PORT.
int dial(const char* address);

/// Makes `socket` this process' standard input and output.
void talk_through(int socket);
