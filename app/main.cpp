#include "app/cli.hpp"
#include "app/serve.hpp"

int main(int argc, char** argv) { return rollcall::app::run(argc, argv, rollcall::app::serve); }
