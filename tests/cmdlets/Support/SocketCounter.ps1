# Counts the connections and name lookups of the process that dot-sources this, from the events of the runtime.
Add-Type -TypeDefinition @'
using System.Diagnostics.Tracing; using System.Threading;
public class SocketCounter : EventListener {
    public static int Opened;
    protected override void OnEventSourceCreated(EventSource source) {
        if (source.Name == "System.Net.Sockets" || source.Name == "System.Net.NameResolution") EnableEvents(source, EventLevel.Informational);
    }
    protected override void OnEventWritten(EventWrittenEventArgs e) {
        if (e.EventName == "ConnectStart" || e.EventName == "ResolutionStart") Interlocked.Increment(ref Opened);
    }
}
'@
$counter = [SocketCounter]::new()
