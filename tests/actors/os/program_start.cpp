// How the program of a child is found and run.
#include "actors/os/program_search.hpp"
#include "tests/actors/os/support_process.hpp"

#include <sys/stat.h>

#include <fstream>

using namespace troupe;
using namespace troupe::os;
using namespace troupe::testing;

namespace fs = std::filesystem;

namespace program_starts {

struct programs : process_fixture {
  temporary_folder folder;

  programs() { ::chmod(folder.path.c_str(), 0755); }

  /// Makes a file in the folder and returns its path.
  fs::path file(const std::string& name, const std::string& content, mode_t mode = 0755) {
    auto path = folder.path / name;
    fs::create_directories(path.parent_path());
    std::ofstream{path} << content;
    ::chmod(path.c_str(), mode);
    return path;
  }

  /// A program that is looked for in `path`.
  spawn_spec looked_for(const std::string& program, const std::string& path) {
    spawn_spec spec;
    spec.argv = {program};
    spec.env = {"PATH=" + path};
    spec.cwd = folder.path;
    return spec;
  }

  std::string output_of(const spawn_spec& spec) { return launch(spec).all_output(); }
  std::string failure_of(const spawn_spec& spec) {
    return launch(spec).told->failure.message;
  }
};

} // namespace program_starts

BOOST_FIXTURE_TEST_SUITE(program_starts, programs)

BOOST_AUTO_TEST_CASE(a_text_file_without_a_first_line_is_run_by_sh_with_any_arguments) {
  auto spec = looked_for(file("plain", "echo $# $1 ${20000}\n"), "/usr/bin:/bin");
  spec.argv.resize(20'000, "a");
  spec.argv.emplace_back("last");
  for (int i = 0; i < 5; ++i)
    BOOST_TEST(output_of(spec) == "20000 a last\n");
}

BOOST_AUTO_TEST_CASE(a_text_file_without_a_first_line_is_also_found_in_the_path) {
  auto path = file("bin/plain", "echo \"$0\"\n");
  auto spec = looked_for("plain", "bin:/usr/bin:/bin");
  BOOST_TEST(output_of(spec) == "bin/plain\n");
}

BOOST_AUTO_TEST_CASE(a_program_for_another_machine_is_no_script) {
  auto path = file("other", std::string{"\x7f"
                                        "ELF\0\0\0\n",
                                        8});
  BOOST_TEST(failure_of(looked_for(path, "/bin"))
             == "cannot run '" + path.string()
                    + "': it is no program for this machine (Exec format error)");
}

BOOST_AUTO_TEST_CASE(a_program_is_looked_for_in_the_path_of_the_child) {
  file("bin/my-tool", "#!/bin/sh\necho found\n");
  BOOST_TEST(output_of(looked_for("my-tool", folder.path.string() + "/bin"))
             == "found\n");
  auto elsewhere = looked_for("my-tool", "/no/such:/usr/bin");
  BOOST_TEST(failure_of(elsewhere)
             == "cannot run 'my-tool': No such file or directory in "
                "PATH=/no/such:/usr/bin");
}

BOOST_AUTO_TEST_CASE(folders_of_the_path_are_relative_to_the_childs) {
  file("bin/my-tool", "#!/bin/sh\necho \"$0\"\n");
  BOOST_TEST(output_of(looked_for("my-tool", "bin")) == "bin/my-tool\n");
  file("here", "#!/bin/sh\necho here\n");
  BOOST_TEST(output_of(looked_for("here", "/no/such:")) == "here\n");
  BOOST_TEST(output_of(looked_for("bin/my-tool", "/no/such")) == "bin/my-tool\n");
}

BOOST_AUTO_TEST_CASE(without_a_path_a_program_is_looked_for_where_the_systems_are) {
  auto spec = looked_for("sh", "");
  spec.env = {"A=1"};
  spec.argv.insert(spec.argv.end(), {"-c", "echo $A"});
  BOOST_TEST(output_of(spec) == "1\n");
}

BOOST_AUTO_TEST_CASE(what_is_no_program_is_passed_by_on_the_way) {
  file("1/tool", "no program", 0644);
  fs::create_directories(folder.path / "2/tool");
  file("3", "no folder");
  fs::create_symlink("4", folder.path / "4");
  file("5/tool", "#!/bin/sh\necho five\n");
  BOOST_TEST(output_of(looked_for("tool", "0:1:2:3:4:5")) == "five\n");
  BOOST_TEST(failure_of(looked_for("tool", "0:1:3:4"))
             == "cannot run 'tool': 1/tool: Permission denied");
}

BOOST_AUTO_TEST_CASE(a_folder_that_the_childs_user_may_not_enter_is_passed_by) {
  if (::geteuid() != 0)
    return;
  file("own/tool", "#!/bin/sh\necho root\n");
  file("all/tool", "#!/bin/sh\nid -u\n");
  ::chmod((folder.path / "own").c_str(), 0700);
  auto spec = looked_for("tool", "own:all");
  spec.env.front() += ":/usr/bin:/bin";
  BOOST_TEST(output_of(spec) == "root\n");
  spec.as = run_as{65'534, 65'533, {}};
  BOOST_TEST(output_of(spec) == "65534\n");
  fs::remove_all(folder.path / "all");
  BOOST_TEST(failure_of(spec) == "cannot run 'tool': own/tool: Permission denied");
}

BOOST_AUTO_TEST_CASE(an_interpreter_that_is_missing_is_named) {
  auto path = file("script", "#! /no/such/interpreter -x\n");
  BOOST_TEST(failure_of(looked_for(path, "/bin"))
             == "cannot run '" + path.string()
                    + "': the interpreter of its #! line is missing: "
                      "'/no/such/interpreter'");
}

BOOST_AUTO_TEST_CASE(what_a_child_would_run_can_be_asked_without_running_it) {
  auto tool = file("bin/tool", "#!/bin/sh\n");
  file("text", "text", 0644);
  auto find = [&](const std::string& program, std::optional<std::string_view> path) {
    auto found = find_program(program, path, folder.path);
    return found ? found->string() : found.error();
  };
  BOOST_TEST(find("tool", "/no/such:bin") == tool.string());
  BOOST_TEST(find("bin/tool", std::nullopt) == tool.string());
  BOOST_TEST(find("sh", std::nullopt) == "/bin/sh");
  BOOST_TEST(find("./text", "") == "'./text': Permission denied");
  BOOST_TEST(find("none", "a:b") == "'none': No such file or directory in PATH=a:b");
}

BOOST_AUTO_TEST_SUITE_END()
