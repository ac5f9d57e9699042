// A node in a program: a pool of Python workers, and calls to it as if it were a
// function.
#include <troupe/embed.hpp>

#include <iostream>

int main(int argc, char** argv) {
  troupe::embedded_node_options options;
  options.config = "[pool.words]\ncommand = [\"python3\", \"words.py\"]\nsize = 2\n";
  options.folder = argc > 1 ? argv[1] : ".";
  auto node = troupe::embedded_node::start(std::move(options));
  if (!node) {
    std::cerr << node.error().message << '\n';
    return 1;
  }
  for (auto kind : {"count", "longest", "fail"}) {
    auto answer = node->call("words", kind, R"("a node in a program")");
    if (answer)
      std::cout << kind << ": " << answer->payload.view() << '\n';
    else
      std::cout << kind << ": " << to_string(answer.error().what) << ": "
                << answer.error().message << '\n';
  }
}
