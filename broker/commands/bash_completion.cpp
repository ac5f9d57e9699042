#include "broker/commands/completed_program.hpp"

namespace troupe::commands {

namespace {

constexpr auto bash_head =
    R"bash(# Completion of troupe for bash, as `troupe completion bash` prints it.

# Says what may stand in the command $1, in variables of the caller: the commands, the
# options, the kinds of their values (OPTION=KIND), the kinds of the arguments.
_troupe_about() {
  case $1 in
)bash";

constexpr auto bash_tail = R"bash(    *) return 1 ;;
  esac
}

# Offers what begins with $cur and is of the kind $1.
_troupe_value() {
  local name
  case $1 in
    file | folder)
      compopt -o filenames 2>/dev/null
      local action=-f
      [[ $1 == file ]] || action=-d
      mapfile -t COMPREPLY < <(compgen "$action" -- "$cur") ;;
    pools | names | calls)
      while IFS= read -r name; do
        [[ $name != "$cur"* ]] || COMPREPLY+=("$name")
      done < <("${words[0]}" completion --names "$1" "${where[@]}" 2>/dev/null) ;;
    words:*)
      _troupe_words "${1#words:}" ;;
  esac
}

# Offers those of the words, which have commas between them, that begin with $cur.
_troupe_words() {
  local IFS=, word
  for word in $1; do
    [[ $word != "$cur"* ]] || COMPREPLY+=("$word")
  done
}

# Sets kind to what the value of the option $1 is; to nothing if it takes none.
_troupe_kind_of() {
  local pair
  kind=
  for pair in $values; do
    [[ ${pair%%=*} != "$1" ]] || kind=${pair#*=}
  done
}

_troupe() {
  # Not COMP_WORDS: bash cuts them at = and @, too.
  local line=${COMP_LINE:0:COMP_POINT} words cur word option='' kind='' position=0
  local where=() commands options values arguments
  read -ra words <<<"$line"
  if [[ $line == *[[:space:]] ]]; then
    cur=
  else
    cur=${words[-1]}
    unset 'words[-1]'
  fi
  COMPREPLY=()
  _troupe_about ''
  for word in "${words[@]:1}"; do
    if [[ -n $kind ]]; then
      case $option in --node | --state-dir | --ca) where+=("$option" "$word") ;; esac
      kind=
    elif [[ $word == --node=* || $word == --state-dir=* || $word == --ca=* ]]; then
      where+=("$word")
    elif [[ $word == -* ]]; then
      option=$word
      _troupe_kind_of "$word"
    elif [[ -n $commands ]]; then
      _troupe_about "$word" || return 0
    else
      ((++position))
    fi
  done
  if [[ -z $kind && $cur == --*=* ]]; then
    _troupe_kind_of "${cur%%=*}"
    cur=${cur#*=}
  fi
  if [[ -n $kind ]]; then
    _troupe_value "$kind"
  elif [[ $cur == -* ]]; then
    _troupe_words "${options// /,}"
  elif [[ -n $commands ]]; then
    _troupe_words "${commands// /,}"
  else
    read -ra arguments <<<"$arguments"
    _troupe_value "${arguments[position]}"
  fi
}

complete -F _troupe troupe
)bash";

std::string joined_words(const std::vector<std::string>& words, char between) {
  std::string out;
  for (auto& w : words)
    out += (out.empty() ? "" : std::string{between}) + w;
  return out;
}

std::string bash_kind(const completed_value& value) {
  switch (value.is) {
    case completed_value::kind::file:
      return "file";
    case completed_value::kind::folder:
      return "folder";
    case completed_value::kind::pools:
      return "pools";
    case completed_value::kind::names:
      return "names";
    case completed_value::kind::calls:
      return "calls";
    case completed_value::kind::words:
      return "words:" + joined_words(value.words, ',');
    case completed_value::kind::text:
      return "text";
  }
  return "text";
}

std::string bash_row(const std::string& name, const std::vector<std::string>& commands,
                     const std::vector<completed_option>& options,
                     const std::vector<completed_argument>& arguments) {
  std::vector<std::string> all;
  std::vector<std::string> values;
  for (auto& o : options)
    for (auto& n : o.names) {
      all.push_back(n);
      if (o.takes_value)
        values.push_back(n + '=' + bash_kind(o.value));
    }
  std::vector<std::string> kinds;
  for (auto& a : arguments)
    kinds.push_back(bash_kind(a.value));
  return "    '" + name + "')\n      commands='" + joined_words(commands, ' ')
         + "'\n      options='" + joined_words(all, ' ') + "'\n      values='"
         + joined_words(values, ' ') + "'\n      arguments='" + joined_words(kinds, ' ')
         + "' ;;\n";
}

} // namespace

std::string bash_completion(const completed_program& program) {
  std::vector<std::string> names;
  for (auto& c : program.commands)
    names.push_back(c.name);
  auto out = bash_head + bash_row("", names, program.options, {});
  for (auto& c : program.commands)
    out += bash_row(c.name, {}, c.options, c.arguments);
  return out + bash_tail;
}

} // namespace troupe::commands
