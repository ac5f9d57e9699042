#include "broker/top/step.hpp"

#include "broker/top/orders.hpp"
#include "protocol/base/utf8.hpp"

#include <algorithm>

namespace troupe::top {

namespace {

using key_name = key::name;

/// A filter, and the name of a column, are short.
constexpr size_t longest_text = 64;

bool is_character(const key& k, char32_t c) {
  return k.what == key_name::character && k.character == c;
}

/// Changes `text` as the key does; returns false if the key is none for that.
bool edit(std::string& text, const key& k) {
  if (k.what == key_name::backspace) {
    while (!text.empty() && is_utf8_continuation(text.back()))
      text.pop_back();
    if (!text.empty())
      text.pop_back();
    return true;
  }
  if (k.what != key_name::character || k.character < U' ')
    return false;
  if (text.size() < longest_text)
    append_utf8(text, k.character);
  return true;
}

// -- prompts -----------------------------------------------------------------------

intent answer(model& m, filter_prompt, const key& k) {
  if (!edit(m.filter, k)) {
    if (k.what == key_name::escape)
      m.filter.clear();
    if (k.what == key_name::escape || k.what == key_name::enter)
      m.asking = {};
  }
  m.here().selected.clear();
  return {};
}

intent answer(model& m, size_prompt p, const key& k) {
  if (k.what == key_name::escape)
    m.asking = {};
  else if (k.what == key_name::enter && !p.text.empty())
    m.asking = confirm_prompt{scale_order(p.pool, p.text, m.node)};
  else if (k.what == key_name::backspace
           || (k.what == key_name::character && k.character >= U'0' && k.character <= U'9'
               && p.text.size() < 6)) {
    edit(p.text, k);
    // A number of JSON has no zeros before it.
    if (p.text.size() > 1 && p.text[0] == '0')
      p.text.erase(0, 1);
    m.asking = std::move(p);
  }
  return {};
}

intent answer(model& m, confirm_prompt p, const key& k) {
  m.asking = {};
  if (is_character(k, U'y') || is_character(k, U'Y'))
    return std::move(p.what);
  m.notice = "nothing is changed";
  return {};
}

// -- moving ------------------------------------------------------------------------

/// Returns how far a key moves; nothing if it does not.
std::optional<int64_t> distance(const model& m, const key& k) {
  constexpr int64_t all = 1'000'000'000;
  auto page = static_cast<int64_t>(std::max<size_t>(m.page_lines, 1));
  switch (k.what) {
    case key_name::up:
      return -1;
    case key_name::down:
      return 1;
    case key_name::page_up:
      return -page;
    case key_name::page_down:
      return page;
    case key_name::home:
      return -all;
    case key_name::end:
      return all;
    default:
      return std::nullopt;
  }
}

void move(model& m, const node_data& data, int64_t by) {
  auto& here = m.here();
  if (has_rows(here.what)) {
    auto rows = list(m, here, data);
    if (auto at = selected(here, rows)) {
      auto last = static_cast<int64_t>(rows.rows.size()) - 1;
      auto next = std::clamp<int64_t>(static_cast<int64_t>(*at) + by, 0, last);
      here.selected = rows.rows[static_cast<size_t>(next)].id;
    }
    return;
  }
  // A log is read from its end.
  auto step = here.what == page::log ? -by : by;
  auto most = static_cast<int64_t>(lines_of(m, data, m.columns).size())
              - static_cast<int64_t>(m.page_lines);
  auto next = std::clamp<int64_t>(static_cast<int64_t>(here.scrolled) + step, 0,
                                  std::max<int64_t>(most, 0));
  here.scrolled = static_cast<size_t>(next);
}

// -- in and out --------------------------------------------------------------------

void enter(model& m, const node_data& data) {
  auto s = current(m, data);
  if (!s || m.here().what == page::facts)
    return;
  m.filter.clear();
  m.here().selected = s->what.id;
  if (s->of == page::pools)
    return m.path.push_back({page::pool, s->what.id});
  auto is_other_node =
      s->of == page::nodes && s->what.id != (m.node.empty() ? data.node : m.node);
  if (!is_other_node)
    return m.path.push_back({page::facts, s->what.id});
  m.node = s->what.id;
  m.path = {level{}};
}

/// All that is known of the row, or of the pool whose workers are shown.
void show_facts(model& m, const node_data& data) {
  auto s = current(m, data);
  if (!s || m.here().what == page::facts)
    return;
  m.filter.clear();
  m.here().selected = s->what.id;
  m.path.push_back({page::facts, s->what.id});
}

void leave(model& m) {
  if (!m.filter.empty())
    m.filter.clear();
  else if (m.path.size() > 1)
    m.path.pop_back();
  else if (!m.node.empty())
    m.path = {level{page::nodes, {}, std::exchange(m.node, {})}};
}

/// Sorts by the column beside the one that it is sorted by.
void sort_beside(model& m, bool right) {
  auto& here = m.here();
  if (!has_rows(here.what))
    return;
  auto columns = columns_of(here.what);
  auto& by = m.sortings.at(static_cast<size_t>(here.what));
  auto found = std::find(columns.begin(), columns.end(), by.column);
  // Before the first column it is unsorted.
  auto at = found == columns.end() ? 0 : found - columns.begin() + 1;
  at = std::clamp<std::ptrdiff_t>(at + (right ? 1 : -1), 0,
                                  static_cast<std::ptrdiff_t>(columns.size()));
  by = at == 0 ? sorting{} : sorting{columns[static_cast<size_t>(at - 1)]};
}

void open_log(model& m, const node_data& data) {
  auto s = current(m, data);
  auto who = s ? log_subject(*s) : "";
  if (who.empty())
    m.notice = "l shows the log of a worker, or of a pool's workers";
  else
    m.path.push_back({page::log, who});
}

intent attach_to(model& m, const node_data& data) {
  auto s = current(m, data);
  auto who = s ? terminal_of(*s) : "";
  if (who.empty()) {
    m.notice = "a attaches to a terminal";
    return {};
  }
  return attach{m.node.empty() ? who : who + '@' + m.node, m.read_only};
}

void give_order(model& m, const node_data& data, char32_t letter) {
  if (m.read_only) {
    m.notice = "nothing can be changed from here (--read-only)";
    return;
  }
  auto a = ask_for(letter, current(m, data), m.node);
  m.asking = std::move(a.asking);
  m.notice = std::move(a.notice);
}

intent on_letter(model& m, const node_data& data, char32_t c) {
  if (is_order(c)) {
    give_order(m, data, c);
    return {};
  }
  if (c >= U'1' && c < U'1' + view_count) {
    m.path = {level{static_cast<page>(c - U'1')}};
    m.filter.clear();
    return {};
  }
  switch (c) {
    case U'q':
    case 3: // ctrl-C
      return quit{};
    case U'/':
      if (has_rows(m.here().what))
        m.asking = filter_prompt{};
      break;
    case U'<':
    case U'>':
      sort_beside(m, c == U'>');
      break;
    case U'o':
      if (has_rows(m.here().what)) {
        auto& by = m.sortings.at(static_cast<size_t>(m.here().what));
        by.reversed = !by.reversed;
      }
      break;
    case U'p':
      m.paused = !m.paused;
      break;
    case U'i':
      show_facts(m, data);
      break;
    case U'l':
      open_log(m, data);
      break;
    case U'a':
      return attach_to(m, data);
    case U'?':
      if (m.here().what != page::help)
        m.path.push_back({page::help});
      break;
    default:
      break;
  }
  return {};
}

intent on_key(model& m, const node_data& data, const key& k) {
  if (auto by = distance(m, k)) {
    move(m, data, *by);
    return {};
  }
  if (k.what == key_name::enter)
    enter(m, data);
  else if (k.what == key_name::escape)
    leave(m);
  else if (k.what == key_name::character)
    return on_letter(m, data, k.character);
  return {};
}

} // namespace

reaction step(model before, const node_data& data, const key& pressed) {
  auto& m = before;
  m.notice.clear();
  intent wish;
  auto asking = m.asking;
  if (is_character(pressed, 3))
    wish = quit{};
  else if (auto filter = std::get_if<filter_prompt>(&asking))
    wish = answer(m, *filter, pressed);
  else if (auto size = std::get_if<size_prompt>(&asking))
    wish = answer(m, *size, pressed);
  else if (auto confirm = std::get_if<confirm_prompt>(&asking))
    wish = answer(m, *confirm, pressed);
  else
    wish = on_key(m, data, pressed);
  return {std::move(before), std::move(wish)};
}

} // namespace troupe::top
