#include "protocol/wires/msgpack_json.hpp"

#include "protocol/base/json_appender.hpp"
#include "protocol/base/json_document.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/base/payload_bytes.hpp"

#include <boost/endian/conversion.hpp>
#include <boost/json.hpp>
#include <msgpack.hpp>

#include <bit>
#include <charconv>
#include <cmath>
#include <vector>

namespace troupe::wires {

namespace {

/// Writes what the parser finds as JSON.
class json_writer : public msgpack::null_visitor {
public:
  explicit json_writer(std::string& out)
    : out_(out) {}

  bool too_deep() const noexcept { return depth_ > limits::json_depth; }

  bool visit_nil() {
    out_ += "null";
    return true;
  }
  bool visit_boolean(bool x) {
    out_ += x ? "true" : "false";
    return true;
  }
  bool visit_positive_integer(uint64_t x) { return number(x); }
  bool visit_negative_integer(int64_t x) { return number(x); }
  bool visit_float32(float x) { return fraction(x); }
  bool visit_float64(double x) { return fraction(x); }
  bool visit_str(const char* text, uint32_t size) {
    append_bytes_as_json(out_, {text, size});
    return true;
  }
  bool visit_bin(const char* text, uint32_t size) { return visit_str(text, size); }
  bool visit_ext(const char* text, uint32_t size) {
    // Its first byte is its type.
    std::string_view bytes{text, size};
    auto type = bytes.empty() ? 0 : static_cast<signed char>(bytes[0]);
    json_object_appender{out_}
        .add<"$ext">(type)
        .add_escaped<"$base64">(to_base64(bytes.substr(bytes.empty() ? 0 : 1)))
        .end();
    return true;
  }
  bool start_array(uint32_t) { return open('['); }
  bool start_array_item() { return separate('['); }
  bool end_array() { return close(']'); }
  bool start_map(uint32_t) { return open('{'); }
  bool start_map_key() {
    separate('{');
    keys_.push_back(out_.size());
    return true;
  }
  bool end_map_key() {
    auto begin = keys_.back();
    keys_.pop_back();
    if (out_[begin] != '"') {
      auto text = out_.substr(begin);
      out_.resize(begin);
      append_quoted(out_, text);
    }
    out_ += ':';
    return true;
  }
  bool end_map() { return close('}'); }

private:
  template <class T>
  bool number(T x) {
    char digits[32];
    auto end = std::to_chars(digits, digits + sizeof digits, x).ptr;
    out_.append(digits, end);
    return true;
  }
  template <class T>
  bool fraction(T x) {
    if (!std::isfinite(x))
      return visit_nil();
    auto begin = out_.size();
    number(x);
    if (out_.find_first_of(".e", begin) == std::string::npos)
      out_ += ".0"; // it stays a fraction
    return true;
  }
  bool open(char c) {
    out_ += c;
    return ++depth_ <= limits::json_depth;
  }
  bool close(char c) {
    out_ += c;
    --depth_;
    return true;
  }
  /// No value ends with the bracket that opens one.
  bool separate(char opening) {
    if (out_.back() != opening)
      out_ += ',';
    return true;
  }

  std::string& out_;
  /// Where the keys that are being written begin.
  std::vector<size_t> keys_;
  size_t depth_ = 0;
};

/// Takes the bytes of a packer.
struct appender {
  std::string& out;
  void write(const char* bytes, size_t n) { out.append(bytes, n); }
};

class packer : public msgpack::packer<appender> {
public:
  explicit packer(appender& to)
    : msgpack::packer<appender>(to)
    , to_(to) {}

  /// The library's own makes whole numbers integers: 5.0 would arrive as 5.
  void pack_fraction(double x) {
    unsigned char bytes[9] = {0xCB};
    boost::endian::store_big_u64(bytes + 1, std::bit_cast<uint64_t>(x));
    to_.write(reinterpret_cast<const char*>(bytes), sizeof bytes);
  }

private:
  appender& to_;
};

void pack(packer& to, const boost::json::value& x);

void pack_text(packer& to, std::string_view text) {
  to.pack_str(static_cast<uint32_t>(text.size()));
  to.pack_str_body(text.data(), static_cast<uint32_t>(text.size()));
}

void pack_object(packer& to, const boost::json::object& x) {
  if (auto text = x.if_contains("$base64"); text && x.size() == 1 && text->is_string()) {
    if (auto bytes = from_base64(text->get_string())) {
      to.pack_bin(static_cast<uint32_t>(bytes->size()));
      to.pack_bin_body(bytes->data(), static_cast<uint32_t>(bytes->size()));
      return;
    }
  }
  to.pack_map(static_cast<uint32_t>(x.size()));
  for (auto& [key, value] : x) {
    pack_text(to, key);
    pack(to, value);
  }
}

/// Goes as deep as the text, which was checked to be `limits::json_depth` at most.
void pack(packer& to, const boost::json::value& x) {
  switch (x.kind()) {
    case boost::json::kind::null:
      to.pack_nil();
      break;
    case boost::json::kind::bool_:
      x.get_bool() ? to.pack_true() : to.pack_false();
      break;
    case boost::json::kind::int64:
      to.pack_int64(x.get_int64());
      break;
    case boost::json::kind::uint64:
      to.pack_uint64(x.get_uint64());
      break;
    case boost::json::kind::double_:
      to.pack_fraction(x.get_double());
      break;
    case boost::json::kind::string:
      pack_text(to, x.get_string());
      break;
    case boost::json::kind::array:
      to.pack_array(static_cast<uint32_t>(x.get_array().size()));
      for (auto& element : x.get_array())
        pack(to, element);
      break;
    case boost::json::kind::object:
      pack_object(to, x.get_object());
      break;
  }
}

} // namespace

result<void, std::string> append_as_json(std::string& out, std::string_view bytes) {
  json_writer writer{out};
  size_t end = 0;
  auto whole = msgpack::parse(bytes.data(), bytes.size(), end, writer);
  if (writer.too_deep())
    return failure("more than " + std::to_string(limits::json_depth)
                   + " levels of nesting");
  if (!whole)
    return failure("no whole MessagePack value");
  if (end != bytes.size())
    return failure(std::to_string(bytes.size() - end) + " bytes after the value");
  return {};
}

result<void, std::string> append_as_msgpack(std::string& out, std::string_view json) {
  boost::json::monotonic_resource memory;
  boost::json::error_code wrong;
  auto value = parse_document(json, wrong, &memory);
  if (wrong)
    return failure(wrong.message());
  appender to{out};
  packer p{to};
  pack(p, value);
  return {};
}

} // namespace troupe::wires
