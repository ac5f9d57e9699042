#pragma once

#include "protocol/terminal/screen.hpp"

#include <boost/test/unit_test.hpp>

#include <ostream>

namespace troupe::vt {

inline std::ostream& operator<<(std::ostream& out, const position& p) {
  return out << p.row << ':' << p.column;
}

inline std::ostream& operator<<(std::ostream& out, const dimensions& d) {
  return out << d.rows << 'x' << d.columns;
}

/// Checks that two terminals show the same: cells, cursor, title, modes of input.
inline void check_same(const screen& a, const screen& b, const std::string& where) {
  BOOST_TEST_INFO_SCOPE(where);
  BOOST_TEST(a.size() == b.size());
  BOOST_TEST(a.cursor() == b.cursor());
  BOOST_TEST((a.style() == b.style()));
  BOOST_TEST(a.title() == b.title());
  BOOST_TEST(a.plain() == b.plain());
  BOOST_TEST(a.cells().alternate_in_use() == b.cells().alternate_in_use());
  for (auto mode : {1, 1000, 1002, 1003, 1004, 1006, 2004})
    BOOST_TEST(a.is_set(mode) == b.is_set(mode));
  auto compare = [](const std::vector<row>& x, const std::vector<row>& y) {
    for (size_t r = 0; r < x.size(); ++r) {
      BOOST_TEST(x[r].double_width == y[r].double_width);
      auto n = x[r].double_width ? x[r].cells.size() / 2 : x[r].cells.size();
      for (size_t c = 0; c < n; ++c)
        BOOST_TEST((x[r].cells[c] == y[r].cells[c]), "cell " << r << ':' << c);
    }
  };
  compare(a.cells().rows(), b.cells().rows());
  compare(a.cells().primary(), b.cells().primary());
}

} // namespace troupe::vt
