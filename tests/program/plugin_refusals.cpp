// Proves that a plugin which does not fit is refused before the node starts, by `check`
// as well, with what was expected and what is there.
#include "tests/program/plugins.hpp"

#include "actors/interfaces/build_identity.hpp"

#include <boost/test/unit_test.hpp>

#include <cstring>
#include <functional>

using namespace program;

namespace plugin_refusals {

using troupe::build_identity;

std::string isolated(bool yes) {
  return yes ? "isolate = true\n" : "";
}

/// A folder with a plugin and a configuration that names it.
struct place {
  /// Writes a copy of the plugin, as if it had been built otherwise.
  std::string plugin_built(const std::string& name,
                           const std::function<void(build_identity&)>& change) const {
    auto bytes = read_file(FAULTY_PLUGIN);
    build_identity built;
    auto at = bytes.find(std::string{built.mark.data(), built.mark.size()});
    BOOST_TEST_REQUIRE(at != std::string::npos);
    std::memcpy(&built, bytes.data() + at, sizeof built);
    change(built);
    std::memcpy(bytes.data() + at, &built, sizeof built);
    write_file(folder / name, bytes);
    return folder / name;
  }

  void configure(const std::string& plugins, const std::string& pools = {}) const {
    write_file(folder / "troupe.toml", "[node]\nstate_dir = \"" + (folder / "state")
                                           + "\"\nplugins = " + plugins
                                           + "\n[http]\nlisten = \"off\"\n" + pools);
  }

  /// Returns what `check` says, which must be the same as what `serve` says.
  std::string refusal() const {
    auto file = folder / "troupe.toml";
    auto [status, text] = run({TROUPE_BINARY, "check", "-c", file}, folder.path());
    BOOST_TEST(status == 1, text);
    auto [served, same] = run({TROUPE_BINARY, "serve", "-c", file}, folder.path());
    BOOST_TEST(served == 1, same);
    BOOST_TEST(same == text);
    return text;
  }

  temporary_folder folder;
};

bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace plugin_refusals

BOOST_AUTO_TEST_SUITE(plugin_refusals)

BOOST_AUTO_TEST_CASE(a_plugin_beside_the_configuration_is_named_without_its_folder) {
  place p;
  p.plugin_built("libmine.so", [](auto&) {});
  p.configure("[\"libmine.so\"]", faulty_pool());
  auto [status, text] =
      run({TROUPE_BINARY, "check", "-c", p.folder / "troupe.toml"}, "/");
  BOOST_TEST(status == 0, text);
}

BOOST_AUTO_TEST_CASE(a_plugin_for_another_version_is_refused_with_both_named) {
  for (auto alone : {false, true}) {
    place p;
    build_identity here;
    auto path = p.plugin_built("old.so", [](auto& b) { b.minor += 1; });
    p.configure("[\"old.so\"]", "[pool.other]\nbehaviour = \"echo\"\n[pool.f]\n"
                                "behaviour = \"faulty\"\n"
                                    + isolated(alone));
    auto text = p.refusal();
    auto version = [&](uint32_t minor) {
      return "Troupe " + std::to_string(here.major) + "." + std::to_string(minor);
    };
    BOOST_TEST(says(text, "troupe.toml:3: node.plugins: " + path + " was built with "
                              + version(here.minor + 1) + ", and this node with "
                              + version(here.minor)),
               text);
  }
}

BOOST_AUTO_TEST_CASE(a_plugin_of_another_patch_is_loaded) {
  place p;
  p.plugin_built("patch.so", [](auto& b) { b.patch += 1; });
  p.configure("[\"patch.so\"]", faulty_pool());
  auto [status, text] = run({TROUPE_BINARY, "check", "-c", p.folder / "troupe.toml"});
  BOOST_TEST(status == 0, text);
}

BOOST_AUTO_TEST_CASE(another_compiler_abi_or_library_is_refused_with_both_named) {
  place p;
  auto refused = [&](const std::function<void(build_identity&)>& change) {
    p.plugin_built("other.so", change);
    p.configure("[\"other.so\"]");
    return p.refusal();
  };
  auto compiler = refused([](auto& b) { b.compiler_major += 1; });
  BOOST_TEST((says(compiler, "GCC ") || says(compiler, "clang ")), compiler);
  BOOST_TEST(says(refused([](auto& b) { b.abi += 1; }), "plugin ABI 2, and this node"));
  BOOST_TEST(says(refused([](auto& b) { b.caf = 1805; }), "built with CAF 0.18.5, and"));
  BOOST_TEST(says(refused([](auto& b) { b.new_strings = 1 - b.new_strings; }), "C++11"));
}

BOOST_AUTO_TEST_CASE(what_is_no_plugin_is_refused) {
  place p;
  p.configure("[\"missing.so\"]");
  BOOST_TEST(says(p.refusal(), p.folder / "missing.so cannot be read: No such file"));
  p.configure("[\".\"]");
  BOOST_TEST(says(p.refusal(), "is no regular file"));
  p.configure("[\"" KILL_AT_WRITE_LIBRARY "\"]");
  BOOST_TEST(says(p.refusal(), "is no plugin of Troupe: it has no TROUPE_PLUGIN"));
  p.configure("[\"\"]");
  BOOST_TEST(says(p.refusal(), "expected paths of shared libraries"));
}

BOOST_AUTO_TEST_CASE(a_file_that_is_cut_off_is_refused_by_the_system) {
  place p;
  p.plugin_built("whole.so", [](auto&) {});
  auto bytes = read_file(p.folder / "whole.so");
  // What it was built with is there, and little else that is right.
  bytes.replace(0, 4, "none");
  write_file(p.folder / "cut.so", bytes);
  p.configure("[\"cut.so\"]");
  BOOST_TEST(says(p.refusal(), "cut.so cannot be loaded: "));
}

BOOST_AUTO_TEST_CASE(a_behaviour_that_is_there_already_is_refused_with_its_plugin) {
  place p;
  auto first = p.plugin_built("first.so", [](auto&) {});
  p.plugin_built("second.so", [](auto&) {});
  p.configure("[\"first.so\", \"second.so\"]");
  BOOST_TEST(
      says(p.refusal(), "second.so has a behaviour \"faulty\", as " + first + " has"));
}

BOOST_AUTO_TEST_CASE(a_check_of_options_that_throws_is_a_mistake_in_them) {
  place p;
  p.configure("[\"" FAULTY_PLUGIN "\"]", faulty_pool("options = { throw = 1 }"));
  auto text = p.refusal();
  BOOST_TEST(says(text, "pool.f.options: "), text);
  BOOST_TEST(says(text, "no such option"), text);
}

BOOST_AUTO_TEST_CASE(only_behaviours_of_plugins_are_isolated) {
  place p;
  p.configure("[]", "[pool.e]\nbehaviour = \"echo\"\nisolate = true\n"
                    "[pool.p]\ncommand = [\"cat\"]\nisolate = true\n"
                    "[pool.q]\ncommand = [\"cat\"]\nisolate = false\n");
  auto text = p.refusal();
  BOOST_TEST(says(text, "pool.e.isolate: the behaviour echo comes with no plugin"), text);
  BOOST_TEST(says(text, "pool.p.isolate: is for pools with the key behaviour"), text);
  BOOST_TEST(says(text, "pool.q.isolate: is for pools with the key behaviour"), text);
}

BOOST_AUTO_TEST_CASE(the_keys_of_programs_hold_for_isolated_behaviours_but_for_some) {
  place p;
  auto pool = [](const std::string& keys) {
    return faulty_pool("isolate = true\n" + keys);
  };
  p.configure("[\"" FAULTY_PLUGIN "\"]",
              pool("cwd = \"/\"\nenv = { A = \"b\" }\nlimits = { open_files = 100 }\n"
                   "recycle = { memory = \"1GiB\" }\nheartbeat = { every = \"1s\" }"));
  auto [status, text] = run({TROUPE_BINARY, "check", "-c", p.folder / "troupe.toml"});
  BOOST_TEST(status == 0, text);
  for (std::string key : {"command = [\"cat\"]", "protocol = \"folk\"",
                          "transport = \"unix\"", "external = true", "survive = true"}) {
    p.configure("[\"" FAULTY_PLUGIN "\"]", pool(key));
    BOOST_TEST(says(p.refusal(), "pool.f." + key.substr(0, key.find(' ')) + ": "), key);
  }
}

BOOST_AUTO_TEST_CASE(a_reload_loads_no_plugin_and_keeps_those_that_are_there) {
  place p;
  node_process node{faulty_pool(),
                    {.node_keys = loads(), .config_folder = p.folder.path()}};
  auto file = p.folder / "troupe.toml";
  auto text = read_file(file);
  auto line = loads();
  text.replace(text.find(line), line.size(), loads(p.folder / "missing.so"));
  write_file(file, text + "[pool.g]\nbehaviour = \"faulty\"\n");
  auto client = node.connect();
  auto r = client.call("$node", "reload");
  BOOST_TEST(r["error"] == "null", r);
  BOOST_TEST(client.call("g", "echo", "1")["payload"] == "1");
  BOOST_TEST(says(node.errors(), "waits for a restart"));
}

BOOST_AUTO_TEST_CASE(host_says_what_it_cannot_run) {
  auto hosts = [](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {TROUPE_BINARY, "host"});
    return run(arguments);
  };
  auto missing = hosts({"/no/such.so"});
  BOOST_TEST(missing.first == 1);
  BOOST_TEST(says(missing.second, "troupe: /no/such.so cannot be read: No such file"),
             missing.second);
  auto unknown = hosts({FAULTY_PLUGIN, "--behaviour", "none"});
  BOOST_TEST(unknown.first == 1);
  BOOST_TEST(says(unknown.second, "has no behaviour none, but faulty"), unknown.second);
  auto alone = hosts({FAULTY_PLUGIN}); // without input: in order
  BOOST_TEST(alone.first == 0, alone.second);
}

BOOST_AUTO_TEST_SUITE_END()
