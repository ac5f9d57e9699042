#include "actors/behaviours/isolated_setup.hpp"

#include "protocol/base/json_member.hpp"
#include "protocol/base/json_writer.hpp"

namespace troupe::behaviours {

std::string to_text(const isolated_setup& setup) {
  json_object_writer out;
  out.add("of", setup.of).add_json("options", setup.options);
  std::string text;
  // A brace before a letter is within a string, and may begin a placeholder there.
  auto written = out.object();
  for (size_t i = 0; i < written.size(); ++i) {
    auto next = i + 1 < written.size() ? written[i + 1] : '"';
    auto is_inner = written[i] == '{' && next != '"' && next != '}';
    text += is_inner ? std::string_view{"\\u007b"} : std::string_view{&written[i], 1};
  }
  return text;
}

result<isolated_setup, std::string> to_isolated_setup(std::string_view text) {
  if (auto valid = json_text::validate(text); !valid)
    return failure(std::move(valid).error());
  auto of = json_text::text_member(text, "of");
  auto options = json_text::find_member(text, "options");
  if (!of || !options || !json_text::is_object(*options))
    return failure(std::string{R"(expected {"of":"…","options":{…}})"});
  return isolated_setup{*std::move(of), std::string{*options}};
}

} // namespace troupe::behaviours
