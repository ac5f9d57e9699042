#pragma once

#include "broker/top/page.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

/// What `troupe top` remembers of its user, and what the user wants of it: values.
namespace troupe::top {

/// An operation of a node.
struct question {
  std::string operation;
  /// JSON.
  std::string payload = "null";
  /// Another node of the cluster; empty for the one that top is connected to.
  std::string node = {};

  bool operator==(const question&) const = default;
};

/// A page that was entered.
struct level {
  page what = page::pools;
  /// What it is about: a pool, a worker, a row of the page before it.
  std::string subject = {};
  /// The key of the selected row; empty for the first.
  std::string selected = {};
  /// Of a page of text: how many lines it was moved, from its beginning or, of a log,
  /// from its end.
  size_t scrolled = 0;
};

/// How the rows of a page are sorted; without a column as the node has them.
struct sorting {
  std::string column = {};
  bool reversed = false;
};

/// An operation that changes something, and how it is called for a person.
struct order {
  question what;
  std::string text;
};

/// What the user is being asked. The text is what was typed so far.
struct filter_prompt {};
struct size_prompt {
  std::string pool;
  std::string text = {};
};
struct confirm_prompt {
  order what;
};
using prompt = std::variant<std::monostate, filter_prompt, size_prompt, confirm_prompt>;

/// What the user sees of the node, and how.
struct model {
  /// From a view inwards; never empty.
  std::vector<level> path{level{}};
  /// The node of the cluster that is looked at; empty for the one that was asked.
  std::string node = {};
  /// By page.
  std::array<sorting, static_cast<size_t>(page::pool) + 1> sortings = {};
  /// Rows without this text are hidden.
  std::string filter = {};
  bool read_only = false;
  bool paused = false;
  prompt asking = {};
  /// What came of the last key; until the next one.
  std::string notice = {};
  /// Orders that the node has not answered yet, the oldest first.
  std::vector<std::string> open_orders = {};
  /// Lines that a page key moves, and the columns of the screen.
  size_t page_lines = 10;
  size_t columns = 80;

  level& here() { return path.back(); }
  const level& here() const { return path.back(); }
};

/// A key of the user.
struct key {
  enum class name : uint8_t {
    character,
    up,
    down,
    page_up,
    page_down,
    home,
    end,
    enter,
    escape,
    backspace,
  };

  name what = name::character;
  char32_t character = 0;
};

/// What is to be done beside showing the next model.
struct quit {};
struct attach {
  std::string name;
  /// Whether the user only watches.
  bool watches = false;
};
using intent = std::variant<std::monostate, quit, attach, order>;

struct reaction {
  model next;
  intent wish = {};
};

} // namespace troupe::top
