#include "broker/commands/completed_program.hpp"

#include <string_view>

namespace troupe::commands {

namespace {

constexpr auto zsh_head = R"zsh(#compdef troupe
# Completion of troupe for zsh, as `troupe completion zsh` prints it.

# Offers names of the running node: pools, names of both pools and workers, or calls.
_troupe_names() {
  local -a found
  local option
  for option in --node --state-dir --ca; do
    (( $+opt_args[$option] )) && where+=($option ${(Q)opt_args[$option]})
  done
  found=(${(f)"$($program completion --names $1 $where 2>/dev/null)"})
  compadd -a found
}

_troupe() {
  local curcontext=$curcontext program=${(Q)words[1]} option
  local -a state line commands where
  local -A opt_args
)zsh";

constexpr auto zsh_middle =
    R"zsh(    ':command:->command' '*::argument:->rest' && return
  case $state in
    command)
      _describe -t commands 'command of troupe' commands ;;
    rest)
      for option in --node --state-dir --ca; do
        (( $+opt_args[$option] )) && where+=($option ${(Q)opt_args[$option]})
      done
      curcontext="${curcontext%:*:*}:troupe-$words[1]:"
      case $words[1] in
)zsh";

constexpr auto zsh_tail = R"zsh(      esac ;;
  esac
}

# Read by `source`, or found by compinit and called at once.
if [[ $funcstack[1] == _troupe ]]; then
  _troupe "$@"
else
  compdef _troupe troupe
fi
)zsh";

/// Puts a backslash before each character of `special`, and makes the text fit for single
/// quotes.
std::string zsh_escaped(std::string_view text, std::string_view special) {
  std::string out;
  for (auto c : text) {
    if (special.find(c) != special.npos)
      out += '\\';
    out += c == '\'' ? std::string{"'\\''"} : std::string{c};
  }
  return out;
}

std::string zsh_action(const completed_value& value) {
  std::string words;
  switch (value.is) {
    case completed_value::kind::file:
      return "_files";
    case completed_value::kind::folder:
      return "_files -/";
    case completed_value::kind::pools:
      return " _troupe_names pools"; // the blank keeps _arguments from adding its own
    case completed_value::kind::names:
      return " _troupe_names names";
    case completed_value::kind::calls:
      return " _troupe_names calls";
    case completed_value::kind::words:
      for (auto& w : value.words)
        words += (words.empty() ? "" : " ") + w;
      return "(" + words + ")";
    case completed_value::kind::text:
      return " ";
  }
  return " ";
}

std::string zsh_options(const std::vector<completed_option>& options,
                        const std::string& indent) {
  std::string out;
  for (auto& o : options) {
    std::string all;
    for (auto& n : o.names)
      all += (all.empty() ? "" : " ") + n;
    for (auto& n : o.names) {
      auto joins = !o.takes_value ? "" : n.starts_with("--") ? "=" : "+";
      out += indent + '\'' + (o.repeats ? "*" : '(' + all + ')') + n + joins + '['
             + zsh_escaped(o.description, "\\[]:") + ']'
             + (o.takes_value ? ":value:" + zsh_action(o.value) : "") + "' \\\n";
    }
  }
  return out;
}

std::string zsh_case(const completed_command& c) {
  std::string out = "        " + c.name + ")\n          _arguments -s -S \\\n";
  out += zsh_options(c.options, "            ");
  for (auto& a : c.arguments)
    out += "            ':" + zsh_escaped(a.name, "\\:") + ':' + zsh_action(a.value)
           + "' \\\n";
  return out + "            && return ;;\n";
}

} // namespace

std::string zsh_completion(const completed_program& program) {
  std::string out = zsh_head;
  out += "  commands=(\n";
  for (auto& c : program.commands)
    out += "    '" + c.name + ':' + zsh_escaped(c.description, "\\:") + "'\n";
  out += "  )\n  _arguments -C -s -S \\\n" + zsh_options(program.options, "    ");
  out += zsh_middle;
  for (auto& c : program.commands)
    out += zsh_case(c);
  return out + zsh_tail;
}

} // namespace troupe::commands
