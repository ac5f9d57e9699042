#include "tests/program/harness/scrape.hpp"

#include <cmath>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace program {

scrape::scrape(const std::string& text) {
  temporary_folder folder;
  std::ofstream{folder / "scrape"} << text;
  // The one of the system, for which scripts/setup has installed the client.
  auto [status, output] = run({"/usr/bin/python3", SCRAPE_READER, folder / "scrape"});
  if (status != 0)
    throw std::runtime_error{"the scrape cannot be read: " + output};
  std::istringstream lines{output};
  for (std::string line; std::getline(lines, line);) {
    auto tab = line.rfind('\t');
    if (line.starts_with("TYPE "))
      types_[line.substr(5, tab - 5)] = line.substr(tab + 1);
    else
      samples_[line.substr(0, tab)] = std::stod(line.substr(tab + 1));
  }
}

scrape::scrape(const node_process& node)
  : scrape(node.http().get("/metrics").body.text) {}

double scrape::operator[](const std::string& sample) const {
  auto found = samples_.find(sample);
  return found == samples_.end() ? std::nan("") : found->second;
}

double scrape::sum(std::string_view begin, std::string_view part) const {
  double all = 0;
  for (auto& [name, value] : samples_)
    if (name.starts_with(begin) && name.find(part) != std::string::npos)
      all += value;
  return all;
}

std::string scrape::type_of(const std::string& metric) const {
  auto found = types_.find(metric);
  return found == types_.end() ? "" : found->second;
}

std::string mistake_in_sums(const scrape& s, const std::string& pool) {
  auto of_pool = [&](const std::string& metric) {
    double all = 0;
    for (auto end : {",", "}"})
      all += s.sum("troupe_" + metric + "{", "pool=" + pool + end);
    return all;
  };
  auto received = of_pool("calls_received_total");
  auto ended = of_pool("calls_total") + of_pool("calls_handed_on_total");
  auto open = of_pool("queue_depth") + of_pool("calls_running");
  std::ostringstream out;
  if (received != ended + open)
    out << pool << ": " << received << " calls received, " << ended << " ended, " << open
        << " open. ";
  auto living = 0.0;
  for (auto state : {"starting", "ready", "busy", "stopping"})
    living += s["troupe_workers{pool=" + pool + ",state=" + state + "}"];
  auto starts = of_pool("worker_starts_total");
  auto exits = of_pool("worker_exits_total");
  if (!(starts == exits + living))
    out << pool << ": " << starts << " workers started, " << exits << " ended, " << living
        << " live. ";
  return out.str();
}

} // namespace program
