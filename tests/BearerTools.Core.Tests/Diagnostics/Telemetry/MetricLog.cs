using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;

namespace BearerTools.Tests.Diagnostics.Telemetry;

/// <summary>Listens to the module's meter, and keeps the measurements.</summary>
internal sealed class MetricLog : IDisposable
{
    private readonly ConcurrentQueue<(string Name, double Value, string Tags)> _measured = new();
    private readonly MeterListener _listener = new();

    public MetricLog()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == "BearerTools") listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>Everything that an exporter could send.</summary>
    public string Text => string.Join('\n', _measured);

    /// <summary>The attributes of the measurements of an instrument, as text.</summary>
    public string[] Of(string name, string tag = "") =>
        [.. _measured.Where(one => one.Name == name && one.Tags.Contains(tag, StringComparison.Ordinal)).Select(one => one.Tags)];

    public double[] Values(string name, string tag = "") =>
        [.. _measured.Where(one => one.Name == name && one.Tags.Contains(tag, StringComparison.Ordinal)).Select(one => one.Value)];

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) => _measured.Enqueue((
        $"{instrument.Name} [{instrument.Unit}]",
        value,
        string.Join(", ", tags.ToArray().Select(tag => string.Create(CultureInfo.InvariantCulture, $"{tag.Key}={tag.Value}")))));
}
