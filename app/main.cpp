#include "app/cli.hpp"
#include "app/serve.hpp"

#if defined(ROLLCALL_TEST_HOOKS) && defined(NDEBUG)
#error "a daemon for use has no test hooks"
#endif

// jemalloc reads this before main: one arena per core instead of four, which saves half a megabyte.
extern "C" const char* const malloc_conf = "percpu_arena:percpu";

int main(int argc, char** argv) { return rollcall::app::run(argc, argv, rollcall::app::serve); }
