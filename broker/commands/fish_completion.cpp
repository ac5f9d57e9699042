#include "broker/commands/completed_program.hpp"

#include <set>
#include <string_view>

namespace troupe::commands {

namespace {

constexpr auto fish_head =
    R"fish(# Completion of troupe for fish, as `troupe completion fish` prints it.

# Prints the command that was typed, and how many arguments stand behind it. With --where,
# prints the options that say which node is meant.
function __troupe_typed
    set -l command
    set -l count 0
    set -l option
    set -l where
    for word in (commandline -opc)[2..-1]
        if set -q option[1]
            contains -- $option --node --state-dir --ca; and set -a where $option $word
            set -e option
        else if contains -- $word $__troupe_valued
            set option $word
        else if string match -qr -- '^--(node|state-dir|ca)=' $word
            set -a where $word
        else if string match -q -- '-*' $word
            continue
        else if not set -q command[1]
            set command $word
        else
            set count (math $count + 1)
        end
    end
    if test "$argv[1]" = --where
        string join \n -- $where
    else if set -q command[1]
        echo $command $count
    else
        echo
    end
end

# Whether $argv[1] is the command; it has no argument yet but $argv[2], if that is given.
function __troupe_at
    set -l typed (string split ' ' -- (__troupe_typed))
    test "$typed[1]" = "$argv[1]"; or return
    not set -q argv[2]; or test "$typed[2]" = "$argv[2]"
end

# Prints names of the running node: pools, names of both pools and workers, or calls.
function __troupe_names
    set -l program (commandline -opc)[1]
    $program completion --names $argv[1] (__troupe_typed --where) 2>/dev/null
end

complete -c troupe -f
)fish";

std::string fish_quoted(std::string_view text) {
  std::string out = "'";
  for (auto c : text) {
    if (c == '\'' || c == '\\')
      out += '\\';
    out += c;
  }
  return out + '\'';
}

/// Returns the part of a line that says what the value is.
std::string fish_value(const completed_value& value) {
  std::string words;
  switch (value.is) {
    case completed_value::kind::file:
      return " -F";
    case completed_value::kind::folder:
      return " -a '(__fish_complete_directories)'";
    case completed_value::kind::pools:
      return " -a '(__troupe_names pools)'";
    case completed_value::kind::names:
      return " -a '(__troupe_names names)'";
    case completed_value::kind::calls:
      return " -a '(__troupe_names calls)'";
    case completed_value::kind::words:
      for (auto& w : value.words)
        words += (words.empty() ? "" : " ") + w;
      return " -a " + fish_quoted(words);
    case completed_value::kind::text:
      return "";
  }
  return "";
}

std::string fish_option(const std::string& command, const completed_option& o) {
  auto out =
      "complete -c troupe -n " + fish_quoted("__troupe_at " + fish_quoted(command));
  for (auto& n : o.names)
    out += n.starts_with("--") ? " -l " + n.substr(2) : " -s " + n.substr(1);
  if (o.takes_value)
    out += " -r" + fish_value(o.value);
  return out + " -d " + fish_quoted(o.description) + '\n';
}

} // namespace

std::string fish_completion(const completed_program& program) {
  std::set<std::string> valued;
  auto add_valued = [&](const std::vector<completed_option>& options) {
    for (auto& o : options)
      if (o.takes_value)
        valued.insert(o.names.begin(), o.names.end());
  };
  add_valued(program.options);
  std::string lines;
  for (auto& o : program.options)
    lines += fish_option("", o);
  for (auto& c : program.commands) {
    add_valued(c.options);
    lines += "complete -c troupe -n " + fish_quoted("__troupe_at ''") + " -a " + c.name
             + " -d " + fish_quoted(c.description) + '\n';
    for (auto& o : c.options)
      lines += fish_option(c.name, o);
    for (size_t i = 0; i < c.arguments.size(); ++i)
      if (auto& value = c.arguments[i].value; value.is != completed_value::kind::text)
        lines += "complete -c troupe -n "
                 + fish_quoted("__troupe_at " + c.name + ' ' + std::to_string(i))
                 + fish_value(value) + '\n';
  }
  std::string set = "set -g __troupe_valued";
  for (auto& n : valued)
    set += ' ' + n;
  return fish_head + set + '\n' + lines;
}

} // namespace troupe::commands
