#include "protocol/web/answer_head.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;

namespace answer_heads {

/// Returns the status and the header lines, or the message of the failure.
std::string read(std::string_view json) {
  auto head = web::read_answer_head(json);
  if (!head) {
    BOOST_TEST((head.error().what == code::protocol_error));
    return "fails: " + head.error().message;
  }
  auto out = std::to_string(head->status);
  for (auto& [name, value] : head->headers)
    out += "|" + name + ":" + value;
  return out;
}

bool fails(std::string_view json) {
  return read(json).starts_with("fails: ");
}

} // namespace answer_heads

BOOST_AUTO_TEST_SUITE(answer_heads)

BOOST_AUTO_TEST_CASE(status_and_headers_are_read_in_their_order) {
  BOOST_TEST(read(R"({"status":200,"headers":{"B":["1","2"],"a":["é \" x"]}})")
             == "200|B:1|B:2|a:é \" x");
  BOOST_TEST(read(R"( {"status":404} )") == "404");
  BOOST_TEST(read(R"({"status":204,"headers":null})") == "204");
  BOOST_TEST(read(R"({"status":204,"headers":[]})") == "204");
  BOOST_TEST(web::read_answer_head(R"({"status":103})")->is_interim());
}

BOOST_AUTO_TEST_CASE(a_value_may_stand_alone_and_be_a_number) {
  BOOST_TEST(read(R"({"status":200,"headers":{"a":"x","b":7,"c":[-1.5],"d":[]}})")
             == "200|a:x|b:7|c:-1.5");
}

BOOST_AUTO_TEST_CASE(a_status_is_a_whole_number_of_three_digits) {
  for (auto json : {R"({"status":99})", R"({"status":600})", R"({"status":"200"})",
                    R"({"status":200.5})", R"({"status":-200})", R"({"headers":{}})"})
    BOOST_TEST(fails(json));
}

BOOST_AUTO_TEST_CASE(headers_cannot_begin_other_headers) {
  for (auto json : {R"({"status":200,"headers":{"a":["x\r\nSet-Cookie: b"]}})",
                    R"({"status":200,"headers":{"a":["x\n"]}})",
                    R"({"status":200,"headers":{"a":["\u0000"]}})",
                    R"({"status":200,"headers":{"a:b":["x"]}})",
                    R"({"status":200,"headers":{"a\r\nb":["x"]}})",
                    R"({"status":200,"headers":{"a b":["x"]}})",
                    R"({"status":200,"headers":{"":["x"]}})"})
    BOOST_TEST(fails(json));
}

BOOST_AUTO_TEST_CASE(what_is_no_head_is_refused) {
  for (auto json :
       {"", "null", "[]", "{", R"({"status":200)", R"({"status":200,"headers":["a"]})",
        R"({"status":200,"headers":"a"})", R"({"status":200,"headers":{"a":{}}})",
        R"({"status":200,"headers":{"a":[null]}})",
        R"({"status":200,"headers":{"a":true}})"})
    BOOST_TEST(fails(json));
}

BOOST_AUTO_TEST_SUITE_END()
