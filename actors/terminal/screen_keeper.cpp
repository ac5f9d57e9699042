#include "actors/terminal/screen_keeper.hpp"

#include "protocol/base/json_writer.hpp"
#include "protocol/base/payload_bytes.hpp"

namespace troupe::terminal {

void screen_keeper_state::feed(std::string_view bytes) {
  shown.clear();
  screen->feed(bytes);
  if (auto replies = screen->take_replies(); !replies.empty())
    self->send(owner, atom::terminal_reply_v, shared_bytes{std::move(replies)});
  if (auto now = screen->is_set(2004); now != marks_pastes) {
    marks_pastes = now;
    self->send(owner, atom::paste_mode_v,
               now ? bracketed_paste::on : bracketed_paste::off);
  }
  flow->remove(bytes.size());
}

outcome screen_keeper_state::show(const screen_view& what) {
  std::pair asked{what.format, what.scrollback};
  auto ansi = what.format == screen_format::ansi;
  if (shown.size() >= most_shown && shown.count(asked) == 0)
    shown.clear();
  auto& text = shown[asked];
  if (text.empty()) {
    auto& s = *screen;
    auto cursor = s.cursor();
    json_object_writer out;
    out.add("name", terminal)
        .add("format", ansi ? "ansi" : "plain")
        .add("rows", s.size().rows)
        .add("cols", s.size().columns)
        .add_json("cursor", json_array_writer{}
                                .add_json(std::to_string(cursor.row + 1))
                                .add_json(std::to_string(cursor.column + 1))
                                .array())
        .add("screen",
             ansi ? to_base64(s.ansi(what.scrollback)) : s.plain(what.scrollback))
        .add("offset", s.offset())
        .add("cursor_visible", s.style().visible)
        .add("alternate", s.cells().alternate_in_use())
        .add("title", s.title());
    text = shared_bytes{out.object()};
  }
  return {text, shared_bytes{terminal}};
}

screen_actor::behavior_type screen_keeper_behavior(screen_keeper_self* self,
                                                   std::string name, config::terminal how,
                                                   terminal_actor owner,
                                                   std::shared_ptr<stream_flow> flow) {
  auto& st = self->state;
  st.self = self;
  st.terminal = std::move(name);
  st.owner = std::move(owner);
  st.flow = std::move(flow);
  st.screen.emplace(vt::dimensions{how.rows, how.columns}, how.scrollback);
  return {
      [self](atom::output, const shared_bytes& bytes) { self->state.feed(bytes.view()); },
      [self](atom::resize, uint16_t rows, uint16_t columns) {
        self->state.shown.clear();
        self->state.screen->resize({rows, columns});
      },
      [self](const screen_view& what) { return self->state.show(what); },
  };
}

} // namespace troupe::terminal
