// Preloaded into a measured process (`node --import`): says on request, and at its end, what the process has used.
// The whole process counts: every thread, and the most memory it ever held.
function tell() {
  const { user, system } = process.cpuUsage();
  if (process.connected)
    process.send?.({ cpuMs: (user + system) / 1000, peakMb: process.resourceUsage().maxRSS / 1024 });
}

process.on('message', tell);
process.once('beforeExit', tell);
process.channel?.unref();
