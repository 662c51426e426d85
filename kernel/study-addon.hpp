// What the addon offers beside the network: tau before it, ranks, medians and spectra after it. See addon.cpp.
#pragma once

#include <node_api.h>

namespace jetiqn {

napi_value fillTau(napi_env env, napi_callback_info info);
napi_value openStudy(napi_env env, napi_callback_info info);
napi_value addJets(napi_env env, napi_callback_info info);
napi_value sweep(napi_env env, napi_callback_info info);

}  // namespace jetiqn
