// Samples a jet-iqn bundle with ONNX Runtime: the predictions of `jet-iqn sample`, to float rounding.
//
//   g++ -std=c++17 -O2 sample.cc -I../../python/jet_iqn/include -I$ORT/include -L$ORT/lib -lonnxruntime -o sample
//   ./sample models/simulation/sampler.onnx 100 1 < jets.txt > predictions.txt
//
// Standard input: a jet a line, its pt [GeV], eta, phi [rad] and mass [GeV] (for simulation the gen jet, for correction
// the raw jet). Standard output: jet, sample, pt, eta, phi, mass. ORT is an unpacked release of ONNX Runtime.
#include <jet_iqn.hpp>
#include <onnxruntime_cxx_api.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <vector>

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: %s sampler.onnx SAMPLES SEED < jets\n", argv[0]);
    return 2;
  }
  const auto samples = static_cast<std::uint32_t>(std::strtoul(argv[2], nullptr, 10));
  const std::uint64_t seed = std::strtoull(argv[3], nullptr, 10);
  const jet_iqn::Key key = {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)};

  setenv("ORT_DISABLE_TELEMETRY", "1", 1);  // before Env: from 1.29 on, ONNX Runtime reports the models that it runs
  Ort::Env env(ORT_LOGGING_LEVEL_WARNING, "jet-iqn");
  Ort::SessionOptions options;
  options.SetIntraOpNumThreads(1);
  Ort::Session session(env, argv[1], options);
  const Ort::MemoryInfo memory = Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault);
  const char* inputNames[] = {"jets", "tau"};
  const char* outputNames[] = {"predictions"};
  const std::array<std::int64_t, 2> shape = {static_cast<std::int64_t>(samples), 4};

  std::array<float, 4> jet;
  for (std::uint32_t jetIndex = 0; std::cin >> jet[0] >> jet[1] >> jet[2] >> jet[3]; jetIndex++) {
    std::vector<float> jets, tau;
    for (std::uint32_t sample = 0; sample < samples; sample++) {
      jets.insert(jets.end(), jet.begin(), jet.end());
      // 23 bits and a half: exact in float, never 0 or 1.
      for (const std::uint32_t word : jet_iqn::philox4x32({jetIndex, sample, 0, 0}, key))
        tau.push_back((static_cast<float>(word >> 9) + 0.5f) * 0x1p-23f);
    }
    const std::array<Ort::Value, 2> inputs = {
        Ort::Value::CreateTensor<float>(memory, jets.data(), jets.size(), shape.data(), shape.size()),
        Ort::Value::CreateTensor<float>(memory, tau.data(), tau.size(), shape.data(), shape.size())};
    const auto outputs =
        session.Run(Ort::RunOptions{nullptr}, inputNames, inputs.data(), inputs.size(), outputNames, 1);
    const float* p = outputs[0].GetTensorData<float>();
    for (std::uint32_t sample = 0; sample < samples; sample++, p += 4)
      std::printf("%u %u %.9g %.9g %.9g %.9g\n", jetIndex, sample, p[0], p[1], p[2], p[3]);
  }
}
