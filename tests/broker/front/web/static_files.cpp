// Proves that static files are served as HTTP has it, and that nothing else is.
#include "broker/front/web/static_files.hpp"

#include "actors/os/open_beneath.hpp"
#include "tests/broker/support.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace troupe;
using namespace troupe::front::web;
namespace fs = std::filesystem;

namespace static_file {

struct fixture {
  fixture() {
    fs::create_directories(root / "css");
    fs::create_directories(root / ".git");
    fs::create_directories(root / ".well-known");
    t.write("secret.txt", "secret");
    t.write("public/index.html", "<p>0123456789</p>");
    t.write("public/css/a b.css", "p {}");
    t.write("public/index.php", "<?php");
    t.write("public/.env", "KEY=1");
    t.write("public/.git/config", "[core]");
    t.write("public/.well-known/x.txt", "x");
    t.write("public/empty.txt", "");
    auto opened = static_files::open(root, {".php"});
    BOOST_TEST_REQUIRE(opened.has_value());
    files.emplace(std::move(*opened));
  }

  std::optional<file_answer> get(std::string_view target) const {
    return files->find({.method = "GET", .target = target});
  }

  /// Returns what the body of an answer has.
  static std::string body(const file_answer& a) {
    std::string out(a.length, '\0');
    auto bytes =
        ::pread(a.file.get(), out.data(), out.size(), static_cast<off_t>(a.offset));
    BOOST_TEST(bytes == static_cast<ssize_t>(a.length));
    return out;
  }

  static std::string header(const file_answer& a, std::string_view name) {
    for (auto& [known, value] : a.headers)
      if (known == name)
        return value;
    return "none";
  }

  test::temporary_folder t;
  fs::path root = t.path / "public";
  std::optional<static_files> files;
};

} // namespace static_file

BOOST_FIXTURE_TEST_SUITE(static_file, static_file::fixture)

BOOST_AUTO_TEST_CASE(a_file_comes_with_its_type_and_version) {
  auto a = get("/index.html");
  BOOST_TEST_REQUIRE(a.has_value());
  BOOST_TEST(a->status == 200u);
  BOOST_TEST(body(*a) == "<p>0123456789</p>");
  BOOST_TEST(header(*a, "Content-Type") == "text/html; charset=utf-8");
  BOOST_TEST(header(*a, "Accept-Ranges") == "bytes");
  BOOST_TEST(header(*a, "ETag").starts_with('"'));
  BOOST_TEST(header(*a, "Last-Modified").ends_with(" GMT"));
  BOOST_TEST(header(*a, "Content-Length") == "none");
}

BOOST_AUTO_TEST_CASE(names_are_decoded_and_a_query_does_not_matter) {
  auto a = get("/css/a%20b.css?v=3");
  BOOST_TEST_REQUIRE(a.has_value());
  BOOST_TEST(body(*a) == "p {}");
  BOOST_TEST(get("/.well-known/x.txt").has_value());
}

BOOST_AUTO_TEST_CASE(a_head_tells_the_length_and_has_no_body) {
  auto a = files->find({.method = "HEAD", .target = "/index.html", .range = "bytes=0-1"});
  BOOST_TEST_REQUIRE(a.has_value());
  BOOST_TEST(a->status == 200u);
  BOOST_TEST(a->length == 17u);
  BOOST_TEST(!a->file);
}

BOOST_AUTO_TEST_CASE(an_empty_file_is_one) {
  auto a = get("/empty.txt");
  BOOST_TEST_REQUIRE(a.has_value());
  BOOST_TEST(a->status == 200u);
  BOOST_TEST(a->length == 0u);
}

BOOST_AUTO_TEST_CASE(everything_else_is_for_the_application) {
  for (auto target :
       {"/", "/css", "/css/", "/missing.txt", "/index.php", "/INDEX.PHP", "/index.php?x",
        "/index.html/", "/index.html/x", "*", "", "index.html"})
    BOOST_TEST(!get(target).has_value(), target);
  for (auto method : {"POST", "PUT", "DELETE", "OPTIONS", "get"})
    BOOST_TEST(!files->find({.method = method, .target = "/index.html"}).has_value());
}

BOOST_AUTO_TEST_CASE(nothing_leads_out_of_the_folder) {
  for (auto target : {"/../secret.txt",
                      "/css/../../secret.txt",
                      "/%2e%2e/secret.txt",
                      "/%2E./secret.txt",
                      "/.%2e/secret.txt",
                      "/..%2fsecret.txt",
                      "/..%2Fsecret.txt",
                      "/css/%2e%2e/index.html",
                      "/./index.html",
                      "//index.html",
                      "/css//a%20b.css",
                      "/%2findex.html",
                      "/%252e%252e/secret.txt",
                      "/..\\secret.txt",
                      "/..%5csecret.txt",
                      "/index.html%00",
                      "/index.html%00.txt",
                      "/%00",
                      "/index.html%0a",
                      "/css/a\tb.css",
                      "/%",
                      "/%2",
                      "/%zz",
                      "/index.html%"})
    BOOST_TEST(!get(target).has_value(), target);
}

BOOST_AUTO_TEST_CASE(names_that_begin_with_a_dot_are_hidden) {
  for (auto target : {"/.env", "/.git/config", "/%2egit/config", "/css/.hidden",
                      "/.well-known/../.env", "/css/.well-known/x.txt"})
    BOOST_TEST(!get(target).has_value(), target);
}

BOOST_AUTO_TEST_CASE(links_are_followed_only_within_the_folder) {
  fs::create_symlink("index.html", root / "inside.html");
  fs::create_symlink("../secret.txt", root / "out.txt");
  fs::create_symlink(t.path / "secret.txt", root / "absolute.txt");
  fs::create_directory_symlink(t.path, root / "up");
  fs::create_symlink("/proc/self/environ", root / "environ.txt");
  BOOST_TEST(get("/inside.html").has_value());
  for (auto target : {"/out.txt", "/absolute.txt", "/up/secret.txt", "/environ.txt"})
    BOOST_TEST(!get(target).has_value(), target);
}

BOOST_AUTO_TEST_CASE(what_is_no_file_is_not_opened) {
  BOOST_TEST_REQUIRE(::mkfifo((root / "pipe.txt").c_str(), 0600) == 0);
  fs::create_directory(root / "folder.txt");
  BOOST_TEST(!get("/pipe.txt").has_value());
  BOOST_TEST(!get("/folder.txt").has_value());
}

BOOST_AUTO_TEST_CASE(an_old_kernel_needs_no_more_than_steps) {
  loop::unique_fd folder{::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)};
  auto opens = [&](const char* path) {
    return static_cast<bool>(os::open_beneath_by_steps(folder.get(), path));
  };
  fs::create_symlink("index.html", root / "inside.html");
  fs::create_directory_symlink(t.path, root / "up");
  BOOST_TEST(opens("index.html"));
  BOOST_TEST(opens("css/a b.css"));
  for (auto path : {"../secret.txt", "css/../index.html", "up/secret.txt", "inside.html",
                    "css", "css/", "/index.html", "", "missing", "index.html/x"})
    BOOST_TEST(!opens(path), path);
}

BOOST_AUTO_TEST_CASE(a_range_is_a_part_of_the_file) {
  auto a = files->find({.method = "GET", .target = "/index.html", .range = "bytes=3-5"});
  BOOST_TEST_REQUIRE(a.has_value());
  BOOST_TEST(a->status == 206u);
  BOOST_TEST(body(*a) == "012");
  BOOST_TEST(header(*a, "Content-Range") == "bytes 3-5/17");
}

BOOST_AUTO_TEST_CASE(a_range_behind_the_end_is_refused_with_the_size) {
  auto a = files->find({.method = "GET", .target = "/index.html", .range = "bytes=17-"});
  BOOST_TEST_REQUIRE(a.has_value());
  BOOST_TEST(a->status == 416u);
  BOOST_TEST(a->length == 0u);
  BOOST_TEST(!a->file);
  BOOST_TEST(header(*a, "Content-Range") == "bytes */17");
}

BOOST_AUTO_TEST_CASE(a_client_that_has_the_file_gets_it_only_if_it_changed) {
  auto tag = header(*get("/index.html"), "ETag");
  auto again = [&] {
    return files->find({.method = "GET", .target = "/index.html", .if_none_match = tag});
  };
  auto a = again();
  BOOST_TEST(a->status == 304u);
  BOOST_TEST(!a->file);
  BOOST_TEST(header(*a, "ETag") == tag);
  t.write("public/index.html", "<p>changed</p>");
  BOOST_TEST(again()->status == 200u);
}

BOOST_AUTO_TEST_CASE(a_range_of_another_version_is_the_whole_file) {
  auto a = files->find({.method = "GET",
                        .target = "/index.html",
                        .if_range = "\"old\"",
                        .range = "bytes=3-5"});
  BOOST_TEST(a->status == 200u);
  BOOST_TEST(a->length == 17u);
}

BOOST_AUTO_TEST_CASE(a_condition_that_is_not_met_has_no_body) {
  auto a = files->find({.method = "GET", .target = "/index.html", .if_match = "\"old\""});
  BOOST_TEST(a->status == 412u);
  BOOST_TEST(a->length == 0u);
}

BOOST_AUTO_TEST_CASE(the_folder_may_be_replaced) {
  fs::create_directory(t.path / "release");
  t.write("release/index.html", "new");
  fs::rename(root, t.path / "old");
  BOOST_TEST(!get("/index.html").has_value());
  fs::create_directory_symlink("release", root);
  auto a = get("/index.html");
  BOOST_TEST_REQUIRE(a.has_value());
  BOOST_TEST(body(*a) == "new");
}

BOOST_AUTO_TEST_CASE(a_folder_that_is_missing_is_told_of) {
  auto opened = static_files::open(t.path / "missing", {});
  BOOST_TEST_REQUIRE(!opened.has_value());
  BOOST_TEST(opened.error().find("missing") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
