#include "broker/front/web/application.hpp"

#include "actors/interfaces/log_record.hpp"
#include "broker/front/http/message/call_headers.hpp"
#include "broker/front/web/neighbour_headers.hpp"
#include "broker/front/web/upload_files.hpp"
#include "broker/front/web/web_faults.hpp"
#include "protocol/web/request_head.hpp"
#include "protocol/web/web_frame.hpp"

#include <utility>

namespace troupe::front::web {

namespace {

/// Returns the headers of a request that are for the application.
std::vector<std::pair<std::string_view, std::string_view>>
headers_of(const http::http_fields& fields) {
  neighbour_headers local;
  auto [first, end] = fields.equal_range(boost::beast::http::field::connection);
  for (auto i = first; i != end; ++i)
    local.add_connection(to_view(i->value()));
  std::vector<std::pair<std::string_view, std::string_view>> all;
  for (auto& f : fields)
    if (auto name = to_view(f.name_string()); !local.contains(name))
      all.emplace_back(name, to_view(f.value()));
  return all;
}

shared_bytes payload_of(const web_request& r, const troupe::web::parsed_body& body) {
  troupe::web::request_facts facts{.remote_address = r.remote_address,
                                   .protocol =
                                       r.fields.version() < 11 ? "HTTP/1.0" : "HTTP/1.1",
                                   .method = r.method(),
                                   .target = r.target(),
                                   .scheme = r.scheme,
                                   .host = r.host,
                                   .headers = headers_of(r.fields)};
  auto head = troupe::web::request_head(facts, &body);
  return troupe::web::join({head, body.body});
}

} // namespace

/// One request in a worker.
class application::task : public web_task {
public:
  task(std::shared_ptr<const terms> of, const web_request& request)
    : terms_(std::move(of))
    , files_(terms_->uploads)
    , body_(request.method(), request.header("Content-Type"), terms_->body, files_) {}

  result<> take_body(std::string_view bytes) override { return body_.feed(bytes); }
  void begin(const web_request& request, web_answer& answer) override;
  void on_part(const shared_bytes& payload, web_answer& answer) override;
  void on_outcome(call_result& result, web_answer& answer) override;

private:
  /// Takes a frame of the answer. @param is_all Nothing comes after it.
  result<> take_frame(std::string_view payload, bool is_all, web_answer& answer);
  result<> take_head(const troupe::web::web_frame& frame, bool is_all,
                     web_answer& answer);
  void fail(const fault& why, web_answer& answer);

  std::shared_ptr<const terms> terms_;
  /// Are there until the answer has left.
  upload_files files_;
  troupe::web::body_reader body_;
  /// The status and the headers have come.
  bool has_head_ = false;
};

void application::task::begin(const web_request& request, web_answer& answer) {
  auto body = body_.finish();
  if (!body)
    return answer.refuse({std::move(body).error()});
  call c;
  c.kind = shared_bytes::literal("http");
  c.payload = payload_of(request, *body);
  c.form = payload_form::web;
  c.stream = true;
  c.taken = steady_clock::now();
  c.trace = http::read_trace(request.fields);
  c.request_id = http::read_request_id(request.fields);
  if (auto handed = answer.call_pool(terms_->pool, std::move(c)); !handed)
    fail(handed.error(), answer);
}

void application::task::on_part(const shared_bytes& payload, web_answer& answer) {
  if (auto taken = take_frame(payload.view(), false, answer); !taken)
    fail(taken.error(), answer);
}

void application::task::on_outcome(call_result& result, web_answer& answer) {
  if (!result)
    return fail(result.error(), answer);
  if (auto taken = take_frame(result->payload.view(), true, answer); !taken)
    fail(taken.error(), answer);
}

result<> application::task::take_frame(std::string_view payload, bool is_all,
                                       web_answer& answer) {
  auto frame = troupe::web::split(payload);
  if (!frame)
    return failure(std::move(frame).error());
  if (!has_head_)
    return take_head(*frame, is_all, answer);
  answer.send_part(frame->body);
  if (is_all)
    answer.end_stream();
  return {};
}

result<> application::task::take_head(const troupe::web::web_frame& frame, bool is_all,
                                      web_answer& answer) {
  auto head = troupe::web::read_answer_head(frame.head);
  if (!head)
    return failure(std::move(head).error());
  if (head->is_interim() && is_all)
    return failure(fault{code::protocol_error, "the answer ended with the status "
                                                   + std::to_string(head->status)
                                                   + ", which is no last one"});
  if (head->is_interim()) {
    answer.send_interim(*head);
    return {};
  }
  has_head_ = true;
  if (is_all) {
    answer.send(*head, frame.body);
    return {};
  }
  answer.begin_stream(*head);
  answer.send_part(frame.body);
  return {};
}

void application::task::fail(const fault& why, web_answer& answer) {
  if (why.what == code::worker_error || why.what == code::protocol_error
      || why.what == code::bad_request)
    write_log(*terms_->log, spdlog::level::warn,
              {.event = "web_request_failed",
               .pool = terms_->pool,
               .code = to_string(why.what)},
              "web {}: {}", terms_->name, why.message);
  if (has_head_)
    answer.break_stream(why);
  else
    answer.refuse(refusal_of(why, terms_->error_status));
}

application::application(const config::web& config,
                         std::shared_ptr<upload_folder> uploads,
                         std::shared_ptr<spdlog::logger> log)
  : terms_(std::make_shared<const terms>(
      terms{config.name,
            config.pool,
            config.internal_error_code,
            {config.raw_body, config.uploads.allow, config.uploads.forbid},
            std::move(uploads),
            std::move(log)})) {}

std::unique_ptr<web_task> application::take(const web_request& request) {
  return std::make_unique<task>(terms_, request);
}

} // namespace troupe::front::web
