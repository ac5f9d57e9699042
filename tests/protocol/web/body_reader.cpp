#include "protocol/web/body_reader.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace std::string_view_literals;

namespace body_readers {

/// Keeps files in memory. Some fail as they are told to.
class kept_files : public web::upload_sink {
public:
  std::optional<std::string> open() override {
    if (no_folder)
      return {};
    files.emplace_back();
    return "/t/" + std::to_string(files.size());
  }
  bool write(std::string_view bytes) override {
    files.back() += bytes;
    return files.back().size() <= most;
  }
  bool close() override { return true; }
  void remove() override { files.back() = "removed"; }

  std::vector<std::string> files;
  bool no_folder = false;
  size_t most = 1000;
};

struct request {
  std::string_view method = "POST";
  std::string_view type;
  std::string_view body;
};

struct fixture {
  result<web::parsed_body> read(const request& r) {
    web::body_reader reader{r.method, r.type, terms, files};
    for (auto c : r.body)
      if (auto fed = reader.feed({&c, 1}); !fed)
        return failure(std::move(fed.error()));
    return reader.finish();
  }

  web::parsed_body whole(const request& r) {
    auto body = read(r);
    BOOST_TEST_REQUIRE(body.has_value());
    return std::move(*body);
  }

  web::body_terms terms{.forbid = {".php"}};
  kept_files files;
};

constexpr auto urlencoded = "application/x-www-form-urlencoded"sv;
constexpr auto multipart = "multipart/form-data; boundary=XX"sv;

/// A part that is a file.
std::string file(std::string_view field, std::string_view name, std::string_view data) {
  return "--XX\r\nContent-Disposition: form-data; name=\"" + std::string{field}
         + "\"; filename=\"" + std::string{name}
         + "\"\r\nContent-Type: text/plain\r\n\r\n" + std::string{data} + "\r\n";
}

} // namespace body_readers

BOOST_FIXTURE_TEST_SUITE(body_readers, body_readers::fixture)

BOOST_AUTO_TEST_CASE(a_body_that_is_no_form_stays_as_it_is) {
  auto bytes = "{\"a\":\0\xff\r\n}"sv;
  auto body = whole({.type = "application/json", .body = bytes});
  BOOST_TEST(!body.parsed);
  BOOST_TEST(body.body == bytes);
  BOOST_TEST(body.uploads_json == "null");
  BOOST_TEST(whole({.type = "", .body = "x"}).body == "x");
}

BOOST_AUTO_TEST_CASE(an_urlencoded_form_is_a_tree_by_any_method) {
  for (auto method : {"POST", "PUT", "PATCH", "DELETE", "GET"}) {
    auto body =
        whole({method, "Application/X-www-form-urlencoded; charset=utf-8", "a=1"});
    BOOST_TEST(body.parsed);
    BOOST_TEST(body.body == R"({"a":"1"})");
  }
  BOOST_TEST(whole({.type = urlencoded, .body = ""}).body == "{}");
}

BOOST_AUTO_TEST_CASE(the_type_of_a_form_in_a_parameter_makes_no_form) {
  BOOST_TEST(
      !whole({.type = "text/plain; x=application/x-www-form-urlencoded", .body = "a=1"})
           .parsed);
}

BOOST_AUTO_TEST_CASE(a_request_by_head_or_options_has_no_body) {
  for (auto method : {"HEAD", "OPTIONS"}) {
    auto body = whole({method, urlencoded, "a=1"});
    BOOST_TEST(!body.parsed);
    BOOST_TEST(body.body.empty());
  }
}

BOOST_AUTO_TEST_CASE(raw_forms_pass_as_they_came) {
  terms.raw = true;
  BOOST_TEST(whole({.type = urlencoded, .body = "a=1"}).body == "a=1");
  auto text = file("f", "a.txt", "x") + "--XX--";
  auto body = whole({.type = multipart, .body = text});
  BOOST_TEST(!body.parsed);
  BOOST_TEST(body.body == text);
  BOOST_TEST(files.files.empty());
}

BOOST_AUTO_TEST_CASE(a_multipart_form_is_a_tree_of_fields_and_one_of_files) {
  auto text = "--XX\r\nContent-Disposition: form-data; name=\"u[name]\"\r\n\r\nHélène\r\n"
              + file("doc", "a.TXT", "hello") + file("more[]", "b", "")
              + file("more[]", "c.d", "x") + "--XX--\r\n";
  auto body = whole({.type = multipart, .body = text});
  BOOST_TEST(body.parsed);
  BOOST_TEST(body.body == R"({"u":{"name":"Hélène"}})");
  BOOST_TEST(body.uploads_json
             == R"({"doc":{"name":"a.TXT","mime":"text/plain","size":5,"error":0,)"
                R"("tmpName":"/t/1"},"more":[{"name":"b","mime":"text/plain","size":0,)"
                R"("error":0,"tmpName":"/t/2"},{"name":"c.d","mime":"text/plain",)"
                R"("size":1,"error":0,"tmpName":"/t/3"}]})");
  BOOST_TEST(files.files == (std::vector<std::string>{"hello", "", "x"}));
}

BOOST_AUTO_TEST_CASE(a_form_without_files_has_an_empty_tree_of_them) {
  auto body = whole({.type = multipart, .body = "--XX--"});
  BOOST_TEST(body.body == "{}");
  BOOST_TEST(body.uploads_json == "{}");
}

BOOST_AUTO_TEST_CASE(of_two_files_with_one_name_the_first_stays) {
  auto body = whole(
      {.type = multipart, .body = file("f", "a", "1") + file("f", "b", "2") + "--XX--"});
  BOOST_TEST(body.uploads_json.find(R"("name":"a")") != std::string::npos);
  BOOST_TEST(body.uploads_json.find(R"("name":"b")") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(files_with_a_forbidden_ending_are_not_kept) {
  auto refused = [this](std::string_view name) {
    auto body = whole({.type = multipart, .body = file("f", name, "x") + "--XX--"});
    return body.uploads_json.find(R"("size":0,"error":8,"tmpName":"")")
           != std::string::npos;
  };
  BOOST_TEST(refused("a.php"));
  BOOST_TEST(refused("a.b.PHP"));
  BOOST_TEST(refused(".php"));
  BOOST_TEST(files.files.empty());
  BOOST_TEST(!refused("a.php.txt"));
  terms.allow = {".jpg"};
  BOOST_TEST(!refused("a.JPG"));
  BOOST_TEST(refused("a.txt"));
  BOOST_TEST(refused("a"));
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_kept_has_the_error_of_php) {
  files.no_folder = true;
  auto text = file("f", "a", "1234") + "--XX--";
  auto without = whole({.type = multipart, .body = text});
  BOOST_TEST(without.uploads_json.find(R"("size":0,"error":6,"tmpName":"")")
             != std::string::npos);
  files.no_folder = false;
  files.most = 2;
  auto full = whole({.type = multipart, .body = text});
  BOOST_TEST(full.uploads_json.find(R"("size":0,"error":7,"tmpName":"")")
             != std::string::npos);
  BOOST_TEST(files.files.back() == "removed");
}

BOOST_AUTO_TEST_CASE(a_multipart_form_without_a_boundary_is_refused) {
  for (auto type : {"multipart/form-data"sv, "multipart/form-data; boundary="sv,
                    "multipart/form-data; boundary=\"a\tb\""sv}) {
    auto body = read({.type = type, .body = "--\r\n"});
    BOOST_TEST_REQUIRE(!body.has_value());
    BOOST_TEST((body.error().what == code::bad_request));
  }
}

BOOST_AUTO_TEST_CASE(a_quoted_boundary_is_one) {
  BOOST_TEST(
      whole({.type = "multipart/form-data; charset=x; boundary=\"XX\"", .body = "--XX--"})
          .parsed);
}

BOOST_AUTO_TEST_SUITE_END()
