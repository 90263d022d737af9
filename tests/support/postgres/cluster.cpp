#include "tests/support/postgres/cluster.hpp"

#include <libpq-fe.h>
#include <pwd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <iterator>
#include <sstream>
#include <stdexcept>

#include "tests/support/network/free_port.hpp"
#include "tests/support/waiting.hpp"

namespace rollcall::tests {
namespace {

namespace fs = std::filesystem;

// The folder of initdb in PATH, links resolved; else the newest of Debian's folders, one for each
// version.
fs::path programs() {
  const char* const path = std::getenv("PATH");  // NOLINT(concurrency-mt-unsafe): nobody sets it
  std::istringstream folders(path != nullptr ? path : "");
  for (std::string folder; std::getline(folders, folder, ':');) {
    const auto initdb = fs::path(folder) / "initdb";
    if (fs::exists(initdb)) return fs::canonical(initdb).parent_path();
  }
  std::vector<fs::path> found;
  std::error_code none;
  for (const auto& version : fs::directory_iterator("/usr/lib/postgresql", none)) {
    if (fs::exists(version.path() / "bin" / "initdb")) found.push_back(version.path() / "bin");
  }
  if (found.empty()) {
    throw std::runtime_error(
        "no initdb in PATH or in /usr/lib/postgresql/*/bin: install Debian's package postgresql, "
        "as ./dev setup test does");
  }
  const auto by_version = [](const fs::path& a, const fs::path& b) {
    return std::stoi(a.parent_path().filename()) < std::stoi(b.parent_path().filename());
  };
  return *std::max_element(found.begin(), found.end(), by_version);
}

// PostgreSQL refuses to run as root. setpriv sets the parent-death signal again, since the kernel
// clears it when the user changes.
Spawn as_unprivileged(std::string program, std::vector<std::string> arguments) {
  Spawn spawn;
  if (::geteuid() == 0) {
    spawn.program = "setpriv";
    spawn.arguments = {
        "--reuid=postgres", "--regid=postgres", "--init-groups", "--pdeathsig", "QUIT",
        std::move(program)};
  } else {
    spawn.program = std::move(program);
  }
  spawn.arguments.insert(spawn.arguments.end(), arguments.begin(), arguments.end());
  return spawn;
}

}  // namespace

PgCluster::PgCluster(Empty) : port_(free_port()) {
  if (::geteuid() != 0) return;
  const passwd* user = ::getpwnam("postgres");  // NOLINT(concurrency-mt-unsafe): one thread yet
  if (user == nullptr) throw std::runtime_error("no user postgres: install postgresql");
  if (::chown(folder_.path().c_str(), user->pw_uid, user->pw_gid) != 0) {
    throw std::runtime_error("chown");
  }
}

PgCluster::PgCluster(std::vector<std::string> settings) : PgCluster(Empty{}) {
  settings_ = std::move(settings);
  run("/bin/cp", {"-a", original().data().string(), data().string()});
  start();
}

PgCluster::PgCluster(OfItsOwn) : PgCluster(Empty{}) {
  init();
  start();
}

// initdb takes 2 s of processor time, a copy almost none.
const PgCluster& PgCluster::original() {
  static const auto made = [] {
    std::unique_ptr<PgCluster> cluster(new PgCluster(Empty{}));
    cluster->init();
    return cluster;
  }();
  return *made;
}

void PgCluster::init() const {
  run("initdb", {"-D", data().string(), "-A", "trust", "-U", "postgres", "-E", "UTF8",
                 "--locale=C.UTF-8", "--no-sync"});
}

std::unique_ptr<PgCluster> PgCluster::standby_of(const PgCluster& primary) {
  std::unique_ptr<PgCluster> standby(new PgCluster(Empty{}));
  standby->run("pg_basebackup", {"-D", standby->data().string(), "-d", primary.url(), "-R",
                                 "--checkpoint=fast", "--no-sync"});
  standby->start();
  return standby;
}

PgCluster::~PgCluster() {
  if (!server_) return;
  try {
    thaw();
    crash();
  } catch (const std::exception&) {
    server_.reset();  // kills it; its children notice that and end
  }
}

std::string PgCluster::url(const std::string& database, const std::string& user) const {
  return "postgres://" + user + "@127.0.0.1:" + std::to_string(port_) + "/" + database;
}

void PgCluster::run(const fs::path& program, std::vector<std::string> arguments) const {
  auto spawn = as_unprivileged((programs() / program).string(), std::move(arguments));
  spawn.stderr_file = folder_ / "log";
  ChildProcess child(spawn);
  child.read_all();
  if (child.wait() == 0) return;
  throw std::runtime_error(program.string() + ": " + read_file(folder_ / "log"));
}

void PgCluster::start() {
  std::vector<std::string> arguments{
      "-D", data().string(),         "-p", std::to_string(port_),
      "-k", folder_.path().string(), "-c", "listen_addresses=127.0.0.1"};
  for (const auto& setting : settings_) {
    arguments.emplace_back("-c");
    arguments.push_back(setting);
  }
  auto spawn = as_unprivileged((programs() / "postgres").string(), std::move(arguments));
  spawn.stderr_file = folder_ / "log";
  server_ = std::make_unique<ChildProcess>(spawn);
  const auto end = std::chrono::steady_clock::now() + patience;
  const std::string ping = url() + "?connect_timeout=5";
  while (PQping(ping.c_str()) != PQPING_OK) {
    if (std::chrono::steady_clock::now() > end || server_->wait(std::chrono::milliseconds{1})) {
      throw std::runtime_error("PostgreSQL does not start: " + read_file(folder_ / "log"));
    }
  }
}

void PgCluster::stop() {
  server_->signal(SIGINT);
  if (server_->wait() != 0) throw std::runtime_error("PostgreSQL does not stop");
  server_.reset();
}

void PgCluster::crash() {
  server_->signal(SIGQUIT);
  if (!server_->wait()) throw std::runtime_error("PostgreSQL does not stop");
  server_.reset();
}

void PgCluster::kill() {
  std::vector<Descriptor> ends;
  for (const pid_t child : children()) {
    ends.emplace_back(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
  }
  server_->signal(SIGKILL);
  server_->wait();
  for (const auto& end : ends) {
    if (end.open() && !end.wait_readable()) throw std::runtime_error("PostgreSQL lives on");
  }
  server_.reset();
}

void PgCluster::freeze() const { signal_all(SIGSTOP); }
void PgCluster::thaw() const { signal_all(SIGCONT); }

void PgCluster::signal_all(int number) const {
  if (number == SIGSTOP) server_->signal(number);  // first, so that no child is added
  for (const pid_t child : children()) ::kill(child, number);
  if (number == SIGCONT) server_->signal(number);
}

// All server processes: each is a direct child of the postmaster.
std::vector<pid_t> PgCluster::children() const {
  const auto pid = std::to_string(server_->pid());
  std::istringstream list(read_file("/proc/" + pid + "/task/" + pid + "/children"));
  return {std::istream_iterator<pid_t>(list), {}};
}

void PgCluster::let_in(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) text += line + "\n";
  write_file(data() / "pg_hba.conf", text);
  server_->signal(SIGHUP);
}

void PgCluster::set(const std::string& name, const std::string& value) {
  PgClient client(url());
  client.execute("ALTER SYSTEM SET " + name + " = '" + value + "'");
  client.execute("SELECT pg_reload_conf()");
}

void PgCluster::offer_tls(bool offered) {
  if (!fs::exists(data() / "server.key")) {
    run("/usr/bin/openssl",
        {"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-subj", "/CN=localhost", "-keyout", (data() / "server.key").string(), "-out",
         (data() / "server.crt").string()});
    fs::permissions(data() / "server.key", fs::perms(0600));
  }
  set("ssl", offered ? "on" : "off");
  wait_until("the server does not reload its certificate", [&] {
    const auto* const encrypted = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    return PgClient(url() + "?sslmode=prefer").text(encrypted) == (offered ? "t" : "f");
  });
}

void PgCluster::restart_in_recovery() {
  stop();
  write_file(data() / "standby.signal", "");
  start();
}

void PgCluster::terminate(const std::string& database, const std::string& application) {
  PgClient(url()).execute(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + database +
      "' AND ('" + application + "' = '' OR application_name = '" + application + "')");
}

PgCluster& shared_cluster() {
  static PgCluster cluster({"fsync=off", "max_connections=200"});
  return cluster;
}

PgDatabase::PgDatabase(PgCluster& cluster) : cluster_(cluster) {
  static int count = 0;
  name_ = "test" + std::to_string(++count);
  PgClient(cluster_.url()).execute("CREATE DATABASE " + name_);
}

PgDatabase::~PgDatabase() {
  try {
    PgClient(cluster_.url()).execute("DROP DATABASE " + name_ + " WITH (FORCE)");
  } catch (const std::exception&) {
    return;  // the cluster is down: the database is deleted with it
  }
}

}  // namespace rollcall::tests
