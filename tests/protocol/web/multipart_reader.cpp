#include "protocol/web/multipart_reader.hpp"

#include "protocol/base/form_limits.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;

namespace multipart_readers {

/// Notes the parts as text: `name|file|type|bytes`.
class noted_parts : public web::part_sink {
public:
  result<> begin_part(web::part_head head) override {
    text += "[" + head.name + "|" + head.file_name.value_or("-") + "|" + head.type + "|";
    return {};
  }
  result<> part_data(std::string_view bytes) override {
    text += bytes;
    return {};
  }
  result<> end_part() override {
    text += "]";
    return {};
  }

  std::string text;
};

/// Reads a body `step` bytes at a time; returns its parts, or the code it fails with.
std::string read(std::string_view body, size_t step = 1'000'000) {
  noted_parts parts;
  web::multipart_reader reader{"XX", parts};
  for (size_t at = 0; at < body.size(); at += step)
    if (auto fed = reader.feed(body.substr(at, step)); !fed)
      return to_string(fed.error().what);
  if (auto whole = reader.finish(); !whole)
    return to_string(whole.error().what);
  return parts.text;
}

std::string part(std::string_view disposition, std::string_view data) {
  return "--XX\r\nContent-Disposition: form-data; " + std::string{disposition}
         + "\r\n\r\n" + std::string{data} + "\r\n";
}

constexpr std::string_view end = "--XX--\r\n";

} // namespace multipart_readers

BOOST_AUTO_TEST_SUITE(multipart_readers)

BOOST_AUTO_TEST_CASE(parts_are_the_same_wherever_the_body_is_cut) {
  auto body =
      "a preamble\r\n" + part("name=\"a\"", "1") + part("name=e", "")
      + "--XX \t\r\ncontent-type:  text/plain \r\nContent-Disposition: form-data; "
        "name=\"f\"; filename=\"x.txt\"\r\n\r\n\r\n--X\r\r\n--XY\r\n-\r\n"
      + std::string{end} + "--XX\r\nan epilogue";
  for (size_t step = 1; step <= body.size(); ++step)
    BOOST_TEST(read(body, step)
               == "[a|-||1][e|-||][f|x.txt|text/plain|\r\n--X\r\r\n--XY\r\n-]");
}

BOOST_AUTO_TEST_CASE(line_ends_in_a_file_do_not_cut_it_into_pieces) {
  struct counted_parts : noted_parts {
    result<> part_data(std::string_view bytes) override {
      ++pieces;
      return noted_parts::part_data(bytes);
    }
    size_t pieces = 0;
  } parts;
  std::string data;
  for (auto i = 0; i < 100; ++i)
    data += "\r\n--X\r\r";
  web::multipart_reader reader{"XX", parts};
  BOOST_TEST(reader.feed(part("name=a", data) + std::string{end}).has_value());
  BOOST_TEST(reader.finish().has_value());
  BOOST_TEST(parts.text == "[a|-||" + data + "]");
  BOOST_TEST(parts.pieces == 1u);
}

BOOST_AUTO_TEST_CASE(a_form_may_have_no_parts) {
  BOOST_TEST(read(end).empty());
  BOOST_TEST(read("--XX--").empty());
}

BOOST_AUTO_TEST_CASE(a_body_that_ends_too_early_is_refused) {
  auto whole = part("name=a", "1") + "--XX--";
  for (size_t length = 0; length < whole.size(); ++length)
    BOOST_TEST(read(whole.substr(0, length)) == "bad_request");
  BOOST_TEST(read(whole) == "[a|-||1]");
}

BOOST_AUTO_TEST_CASE(what_is_no_such_body_is_refused) {
  for (std::string body :
       {"--XXX\r\n", "--XX\nContent", "--XX\rx", "--XX-x", "--XX\r\nno header\r\n\r\n",
        "--XX\r\na b: c\r\n\r\n", "--XX\r\nContent-Type: a\x01\r\n\r\n"})
    BOOST_TEST(read(body) == "bad_request");
}

BOOST_AUTO_TEST_CASE(names_of_files_lose_their_folders_and_their_quotes) {
  auto name_of = [](std::string_view disposition) {
    auto text = read(part(disposition, "") + std::string{end});
    return text.substr(0, text.rfind("||]"));
  };
  BOOST_TEST(name_of(R"(name=f; filename="../../etc/passwd")") == "[f|passwd");
  BOOST_TEST(name_of(R"(name=f; filename="C:\dir\a b.txt")") == "[f|a b.txt");
  BOOST_TEST(name_of(R"(name=f; filename="a\"b;c.txt")") == "[f|a\"b;c.txt");
  BOOST_TEST(name_of(R"(name=f; filename*=UTF-8''%C3%A9.txt)") == "[f|é.txt");
  BOOST_TEST(name_of(R"(NAME="f"; FileName=plain.txt)") == "[f|plain.txt");
}

BOOST_AUTO_TEST_CASE(a_file_without_a_name_is_a_field) {
  BOOST_TEST(read(part(R"(name="f"; filename="")", "") + std::string{end}) == "[f|-||]");
}

BOOST_AUTO_TEST_CASE(parts_that_are_no_fields_have_no_name) {
  BOOST_TEST(read("--XX\r\n\r\nx\r\n--XX\r\nContent-Disposition: attachment; "
                  "name=a\r\n\r\ny\r\n--XX--")
             == "[|-||x][|-||y]");
}

BOOST_AUTO_TEST_CASE(headers_of_a_part_are_bounded) {
  auto body = [](size_t bytes) {
    return "--XX\r\nX: " + std::string(bytes - 3, 'x') + "\r\n\r\n\r\n--XX--";
  };
  for (size_t step : {size_t{1}, size_t{100}, size_t{1'000'000}}) {
    BOOST_TEST(read(body(limits::multipart_head - 2), step) == "[|-||]");
    BOOST_TEST(read(body(limits::multipart_head + 2), step) == "payload_too_large");
  }
}

BOOST_AUTO_TEST_CASE(parts_are_bounded) {
  std::string body;
  for (size_t i = 0; i < limits::multipart_parts; ++i)
    body += part("name=a", "");
  BOOST_TEST(read(body + std::string{end}) != "payload_too_large");
  BOOST_TEST(read(body + part("name=a", "") + std::string{end}) == "payload_too_large");
}

BOOST_AUTO_TEST_CASE(boundaries_are_as_the_rfc_has_them) {
  BOOST_TEST(web::is_boundary("----WebKitFormBoundary7MA4YWxkTrZu0gW"));
  BOOST_TEST(web::is_boundary("a b"));
  BOOST_TEST(!web::is_boundary("a "));
  BOOST_TEST(!web::is_boundary(""));
  BOOST_TEST(!web::is_boundary("a\r\nb"));
  BOOST_TEST(web::is_boundary(std::string(limits::multipart_boundary, 'x')));
  BOOST_TEST(!web::is_boundary(std::string(limits::multipart_boundary + 1, 'x')));
}

BOOST_AUTO_TEST_SUITE_END()
