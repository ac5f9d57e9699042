#include "actors/interfaces/worker_files.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;

BOOST_AUTO_TEST_SUITE(files_of_workers)

BOOST_AUTO_TEST_CASE(a_log_says_whose_it_is) {
  for (std::string pool : {"echo", "two-words", "a-1-b"}) {
    auto name = worker_file_name(worker_name(pool, 12), incarnation_id{7});
    for (std::string more : {"", "-0123abcd"})
      BOOST_TEST((worker_of_log("/state/workers/" + name + more + ".log")
                  == address{pool, 12, ""}));
  }
  BOOST_TEST(worker_file_name("echo.2", incarnation_id{7}) == "echo.2-7");
}

BOOST_AUTO_TEST_CASE(a_file_of_another_kind_is_nobodys) {
  for (auto path : {"", "/", "log", "/state.d/w.log", "echo-1.log", "echo.x-1.log",
                    "echo.01-1.log", "a.b.0-1.log", ".0-1.log", "$node.0-1.log"})
    BOOST_TEST(!worker_of_log(path).has_value(), path);
}

BOOST_AUTO_TEST_SUITE_END()
