#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace program {

/// Network namespaces on one bridge, in which a node can be cut off without a word: no
/// connection is closed, bytes just do not arrive. Needs root, `ip` and `nft`.
class network_namespaces {
public:
  /// Returns why this machine cannot have them; empty if it can.
  static std::string why_not();

  /// Makes `count` namespaces, numbered from 1.
  explicit network_namespaces(int count);
  network_namespaces(const network_namespaces&) = delete;
  ~network_namespaces();

  std::string address(int number) const { return "10.77.0." + std::to_string(number); }

  /// Returns the words that a command line begins with which is to run there.
  std::vector<std::string> through(int number) const;

  /// Drops all that goes to `number` or comes from there.
  void cut(int number) const;

  void heal(int number) const;

  /// Returns how many bytes `number` has sent to the others.
  int64_t sent_bytes(int number) const;

private:
  std::string name(int number) const;
  bool make(int number) const;

  /// Takes away what there is of them.
  void remove() const;

  int count_;
};

} // namespace program
