#include "http/api/subscriber.hpp"

#include <utility>

#include "http/api/subscribers.hpp"

namespace rollcall::http {

void Subscriber::begin(std::shared_ptr<StreamOutput> output) {
  output_ = std::move(output);
  output_->send(std::exchange(first, nullptr));
}

void Subscriber::drained() {
  if (owner_ != nullptr) owner_->drained(shared_from_this());
}

void Subscriber::closed() {
  output_ = nullptr;
  end();
}

void Subscriber::end() {
  if (std::exchange(gone_, true)) return;
  request = nullptr;
  if (owner_ != nullptr) owner_->forget();
  if (const auto output = std::exchange(output_, nullptr)) output->end();
}

void Subscriber::abandon() {
  end();
  owner_ = nullptr;
}

}  // namespace rollcall::http
