#pragma once

#include "actors/basp/byte_stream.hpp"
#include "actors/basp/connection.hpp"
#include "actors/basp/frame_reader.hpp"

#include <caf/execution_unit.hpp>
#include <caf/io/scribe.hpp>

#include <memory>

namespace troupe::basp {

/// A connection of CAF's BASP broker on a loop: one read for many frames, one write a
/// turn, and bounds on what the peer sends and does not read. For the loop's thread; once
/// closed, for any.
class loop_scribe : public caf::io::scribe {
public:
  /// @param unit CAF's multiplexer: receives the actors that a frame wakes.
  loop_scribe(loop::event_loop& home, caf::execution_unit& unit, connection c,
              frame_filter filter, size_t most_out);
  ~loop_scribe() override;

  const std::shared_ptr<live_connection>& life() const noexcept { return life_; }

  /// See `live_connection::expect`.
  void expect(size_t bytes) noexcept;

  /// Ends the connection after what runs now.
  void end_later();

  /// Ends the connection, and tells CAF. @pre CAF's broker is not running.
  void end();

  size_t waiting() const { return stream_.waiting(); }

  // CAF calls these.
  void configure_read(caf::io::receive_policy::config) override;
  void ack_writes(bool) override {}
  std::vector<char>& wr_buf() override { return stream_.output(); }
  std::vector<char>& rd_buf() override { return *current_; }
  void flush() override;
  void graceful_shutdown() override;
  std::string addr() const override;
  uint16_t port() const override;
  void add_to_loop() override {}
  void remove_from_loop() override;

private:
  struct pump;

  void start();
  void ready(uint32_t events);
  void read();
  void go_on();
  void handle(std::string_view bytes);
  void deliver();
  void deliver(std::vector<char>& part);
  void write_out();
  void refuse(refusal why, std::string_view said = {});

  loop::event_loop& home_;
  caf::execution_unit& unit_;
  byte_stream stream_;
  frame_reader reader_;
  size_t most_out_;
  std::function<void(refusal, std::string_view)> on_refused_;
  std::shared_ptr<live_connection> life_;
  std::shared_ptr<pump> pump_;
  /// What CAF is to read now: the header or the payload of a frame.
  std::vector<char>* current_;
  /// Bytes whose turn is still to come.
  std::string rest_;
  bool is_started_ = false;
  /// More waits for the peer than may wait.
  bool has_overrun_ = false;
};

} // namespace troupe::basp
