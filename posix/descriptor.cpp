#include "posix/descriptor.hpp"

#include <unistd.h>

namespace rollcall::posix {

void Descriptor::close() {
  if (open()) ::close(release());
}

}  // namespace rollcall::posix
