// A jet-iqn bundle in RDataFrame, or in any C++: target jets of the jets of an event, by ONNX Runtime.
//
//   jet_iqn::Sampler sampler("models/simulation", frame.GetNSlots(), 1);  // seed 1
//   frame.DefineSlot("reco", sampler.columns<ROOT::RVecF>(), {"run", "luminosityBlock", "event", "GenJet_pt", "GenJet_eta",
//                                                             "GenJet_phi", "GenJet_mass"})
//        .Define("GenJet_iqn_pt", [](const jet_iqn::Jets<ROOT::RVecF>& jets) { return jets.pt; }, {"reco"})
//
// Random numbers depend on the event and the jet's place in it: Philox4x32-10 (Salmon, Moraes, Dror, Shaw, SC 2011),
//   key_event = first two words of counter (event low, event high, luminosityBlock, run) under the seed's key,
//   tau = ((u >> 9) + 0.5) 2^-23 of the words u of counter (jet, sample, 0, 0) under key_event,
// so that a skim, another order and other threads give the same jets, and so do `jet-iqn sample` and Python, to float
// rounding. Needs onnxruntime_cxx_api.h (1.16 or newer) and its library, C++17; not ROOT.
#ifndef JET_IQN_HPP
#define JET_IQN_HPP

#include <onnxruntime_cxx_api.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

namespace jet_iqn {

using Words = std::array<std::uint32_t, 4>;
using Key = std::array<std::uint32_t, 2>;

/// Ten rounds: counter and key to four independent words.
inline Words philox4x32(Words c, Key key) {
  for (int round = 0; round < 10; round++) {
    const std::uint64_t low = std::uint64_t{0xD2511F53} * c[0];
    const std::uint64_t high = std::uint64_t{0xCD9E8D57} * c[2];
    c = {static_cast<std::uint32_t>(high >> 32) ^ c[1] ^ key[0], static_cast<std::uint32_t>(high),
         static_cast<std::uint32_t>(low >> 32) ^ c[3] ^ key[1], static_cast<std::uint32_t>(low)};
    key = {key[0] + 0x9E3779B9, key[1] + 0xBB67AE85};
  }
  return c;
}

/// Key of one event under a seed.
inline Key eventKey(std::uint64_t seed, std::uint32_t run, std::uint32_t luminosityBlock, std::uint64_t event) {
  const Words words = philox4x32({static_cast<std::uint32_t>(event), static_cast<std::uint32_t>(event >> 32), luminosityBlock, run},
                                 {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)});
  return {words[0], words[1]};
}

/// Jets of one event: pt [GeV], eta, phi [rad, (-pi, pi]], mass [GeV], in the order of the input jets.
template <typename Floats>
struct Jets {
  Floats pt, eta, phi, mass;
};

/// Samples with sampler.onnx: a session a slot, one thread each, an event a run. Copies share the sessions.
class Sampler {
 public:
  /// bundle: its folder. slots: threads that call at once, `frame.GetNSlots()`. sample: which of a jet's samples.
  explicit Sampler(const std::string& bundle, unsigned slots = 1, std::uint64_t seed = 1, std::uint32_t sample = 0)
      : sessions_(std::make_shared<std::vector<Ort::Session>>()), seed_(seed), sample_(sample) {
    Ort::SessionOptions options;
    options.SetIntraOpNumThreads(1);
    options.SetInterOpNumThreads(1);
    for (unsigned slot = 0; slot < slots; slot++)
      sessions_->emplace_back(environment(), (bundle + "/sampler.onnx").c_str(), options);
    if (slots == 0) throw std::invalid_argument("jet_iqn: no slots; give frame.GetNSlots()");
    inputs_ = sessions_->front().GetInputTypeInfo(0).GetTensorTypeAndShapeInfo().GetShape().at(1);
  }

  /// Columns of one event: gen jets for a simulation, raw jets for a correction (pt and mass times 1 - rawFactor), then
  /// the model's extra inputs, each a number of the event or one for each jet.
  template <typename Floats, typename Eta, typename Phi, typename Mass, typename... Extra>
  Jets<Floats> operator()(unsigned slot, unsigned int run, unsigned int luminosityBlock, unsigned long long event,
                          const Floats& pt, const Eta& eta, const Phi& phi, const Mass& mass, const Extra&... extra) const {
    constexpr std::size_t inputs = 4 + sizeof...(Extra);
    const std::size_t count = pt.size();
    if (static_cast<std::int64_t>(inputs) != inputs_)
      throw std::invalid_argument("jet_iqn: this model reads " + std::to_string(inputs_) + " columns a jet, not " +
                                  std::to_string(inputs) + "; its model.json names them");
    if (slot >= sessions_->size())
      throw std::invalid_argument("jet_iqn: slot " + std::to_string(slot) + " of " + std::to_string(sessions_->size()) +
                                  "; give the sampler frame.GetNSlots() after ROOT::EnableImplicitMT");
    Jets<Floats> made{Floats(count), Floats(count), Floats(count), Floats(count)};
    if (count == 0) return made;
    std::vector<float> jets(count * inputs), tau(count * 4);
    const Key key = eventKey(seed_, run, luminosityBlock, event);
    for (std::size_t jet = 0; jet < count; jet++) {
      const std::array<float, inputs> row = {numberOf(pt, jet, count), numberOf(eta, jet, count),
                                             numberOf(phi, jet, count), numberOf(mass, jet, count),
                                             numberOf(extra, jet, count)...};
      std::copy(row.begin(), row.end(), jets.begin() + jet * inputs);
      const Words words = philox4x32({static_cast<std::uint32_t>(jet), sample_, 0, 0}, key);
      for (int k = 0; k < 4; k++) tau[4 * jet + k] = (static_cast<float>(words[k] >> 9) + 0.5f) * 0x1p-23f;
    }
    const std::array<std::int64_t, 2> jetShape = {static_cast<std::int64_t>(count), inputs_};
    const std::array<std::int64_t, 2> tauShape = {static_cast<std::int64_t>(count), 4};
    const Ort::MemoryInfo memory = Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault);
    const std::array<Ort::Value, 2> feeds = {
        Ort::Value::CreateTensor<float>(memory, jets.data(), jets.size(), jetShape.data(), jetShape.size()),
        Ort::Value::CreateTensor<float>(memory, tau.data(), tau.size(), tauShape.data(), tauShape.size())};
    const char* inputNames[] = {"jets", "tau"};
    const char* outputNames[] = {"predictions"};
    const auto outputs =
        (*sessions_)[slot].Run(Ort::RunOptions{nullptr}, inputNames, feeds.data(), feeds.size(), outputNames, 1);
    const float* value = outputs[0].GetTensorData<float>();
    for (std::size_t jet = 0; jet < count; jet++, value += 4) {
      made.pt[jet] = value[0];
      made.eta[jet] = value[1];
      made.phi[jet] = value[2];
      made.mass[jet] = value[3];
    }
    return made;
  }

  /// The same for RDataFrame's DefineSlot, which wants to know the types of its columns.
  template <typename Floats, typename... Extra>
  auto columns() const {
    return [sampler = *this](unsigned slot, unsigned int run, unsigned int luminosityBlock, unsigned long long event,
                             const Floats& pt, const Floats& eta, const Floats& phi, const Floats& mass,
                             const Extra&... extra) {
      return sampler(slot, run, luminosityBlock, event, pt, eta, phi, mass, extra...);
    };
  }

 private:
  /// One for the process. From 1.29 on, ONNX Runtime reports the models that it runs unless this says no before.
  static Ort::Env& environment() {
    static const int quiet = setenv("ORT_DISABLE_TELEMETRY", "1", 1);
    static Ort::Env env(quiet == 0 ? ORT_LOGGING_LEVEL_WARNING : ORT_LOGGING_LEVEL_ERROR, "jet-iqn");
    return env;
  }

  template <typename Value>
  static float numberOf(const Value& value, std::size_t jet, std::size_t count) {
    if constexpr (std::is_arithmetic_v<Value>) {
      return static_cast<float>(value);
    } else {
      if (value.size() != count) throw std::invalid_argument("jet_iqn: a column has not one number a jet; give columns of the same jets");
      return static_cast<float>(value[jet]);
    }
  }

  std::shared_ptr<std::vector<Ort::Session>> sessions_;
  std::uint64_t seed_;
  std::uint32_t sample_;
  std::int64_t inputs_ = 0;
};

}  // namespace jet_iqn

#endif
