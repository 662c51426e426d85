/**
 * ONNX Runtime's builds for Linux and macOS report every model and its metadata to Microsoft over the network, and keep a
 * device's id and a queue in the home and temporary folders, unless this stands in the process's environment before the
 * first session (microsoft/onnxruntime#27379). A worker thread has a copy of the environment only: what starts threads
 * imports this file too.
 */
process.env.ORT_DISABLE_TELEMETRY = '1';
