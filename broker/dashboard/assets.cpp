#include "broker/dashboard/assets.hpp"

#include <array>

// The assembler takes the files in: from `page/dist/`, and compressed ones from the
// build. CMake tells it where these are, and builds this source again when one of them
// changes.
asm(R"(
.pushsection .rodata
.macro troupe_page_file name, file
troupe_page_\name:
  .incbin "\file"
troupe_page_\name\()_end:
.globl troupe_page_\name, troupe_page_\name\()_end
.hidden troupe_page_\name, troupe_page_\name\()_end
.endm
troupe_page_file index, "index.html"
troupe_page_file index_gz, "index.html.gz"
troupe_page_file script, "app.js"
troupe_page_file script_gz, "app.js.gz"
troupe_page_file style, "app.css"
troupe_page_file style_gz, "app.css.gz"
troupe_page_file licenses, "licenses.txt"
troupe_page_file licenses_gz, "licenses.txt.gz"
troupe_page_file svg_icon, "favicon.svg"
troupe_page_file icon, "favicon.ico"
.purgem troupe_page_file
.popsection
)");

extern "C" {
extern const char troupe_page_index[], troupe_page_index_end[];
extern const char troupe_page_index_gz[], troupe_page_index_gz_end[];
extern const char troupe_page_script[], troupe_page_script_end[];
extern const char troupe_page_script_gz[], troupe_page_script_gz_end[];
extern const char troupe_page_style[], troupe_page_style_end[];
extern const char troupe_page_style_gz[], troupe_page_style_gz_end[];
extern const char troupe_page_licenses[], troupe_page_licenses_end[];
extern const char troupe_page_licenses_gz[], troupe_page_licenses_gz_end[];
extern const char troupe_page_svg_icon[], troupe_page_svg_icon_end[];
extern const char troupe_page_icon[], troupe_page_icon_end[];
}

namespace troupe::dashboard {

std::span<const asset> assets() {
  static const std::array all{
      asset{"",
            "text/html; charset=utf-8",
            {troupe_page_index, troupe_page_index_end},
            {troupe_page_index_gz, troupe_page_index_gz_end}},
      asset{"dashboard/app.js",
            "text/javascript; charset=utf-8",
            {troupe_page_script, troupe_page_script_end},
            {troupe_page_script_gz, troupe_page_script_gz_end}},
      asset{"dashboard/app.css",
            "text/css; charset=utf-8",
            {troupe_page_style, troupe_page_style_end},
            {troupe_page_style_gz, troupe_page_style_gz_end}},
      asset{"dashboard/licenses.txt",
            "text/plain; charset=utf-8",
            {troupe_page_licenses, troupe_page_licenses_end},
            {troupe_page_licenses_gz, troupe_page_licenses_gz_end}},
      asset{"dashboard/favicon.svg",
            "image/svg+xml",
            {troupe_page_svg_icon, troupe_page_svg_icon_end},
            {}},
      asset{"favicon.ico", "image/x-icon", {troupe_page_icon, troupe_page_icon_end}, {}},
  };
  return all;
}

} // namespace troupe::dashboard
