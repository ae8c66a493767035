using System.Globalization;

namespace BearerTools.Sandbox.Telemetry;

/// <summary>A span that was exported.</summary>
public sealed record OtlpSpan
{
    /// <summary>Name of the source of activities.</summary>
    public string Scope { get; set; } = string.Empty;

    public string TraceId { get; set; } = string.Empty;

    public string SpanId { get; set; } = string.Empty;

    public string ParentSpanId { get; set; } = string.Empty;

    public string Name { get; set; } = string.Empty;

    /// <summary>1 is internal, 3 is a client's.</summary>
    public long Kind { get; set; }

    /// <summary>2 is an error.</summary>
    public long Status { get; set; }

    public string StatusMessage { get; set; } = string.Empty;

    public Dictionary<string, string> Attributes { get; } = new(StringComparer.Ordinal);

    public List<OtlpSpanEvent> Events { get; } = [];
}

/// <summary>An event of a span.</summary>
public sealed record OtlpSpanEvent
{
    public string Name { get; set; } = string.Empty;

    public Dictionary<string, string> Attributes { get; } = new(StringComparer.Ordinal);
}

/// <summary>A series of a metric that was exported.</summary>
public sealed record OtlpPoint
{
    /// <summary>Name of the meter.</summary>
    public string Scope { get; set; } = string.Empty;

    public string Name { get; set; } = string.Empty;

    public string Unit { get; set; } = string.Empty;

    /// <summary>The sum of a counter, or the number of measurements of a histogram.</summary>
    public double Value { get; set; }

    public Dictionary<string, string> Attributes { get; } = new(StringComparer.Ordinal);
}

/// <summary>Parses what exporters post (https://github.com/open-telemetry/opentelemetry-proto), as far as tests look at it.</summary>
internal static class OtlpRequest
{
    /// <summary>The spans of an ExportTraceServiceRequest.</summary>
    public static List<OtlpSpan> Spans(ReadOnlySpan<byte> body)
    {
        List<OtlpSpan> found = [];
        foreach (var (scope, spans) in Scoped(body))
        {
            foreach (var span in spans) found.Add(Span(span, scope));
        }

        return found;
    }

    /// <summary>The series of an ExportMetricsServiceRequest.</summary>
    public static List<OtlpPoint> Points(ReadOnlySpan<byte> body)
    {
        List<OtlpPoint> found = [];
        foreach (var (scope, metrics) in Scoped(body))
        {
            foreach (var metric in metrics) AddMetric(metric, scope, found);
        }

        return found;
    }

    /// <summary>Both requests hold resources (1), which hold scopes (2), which hold a name (1.1) and their content (2).</summary>
    private static List<(string Scope, List<byte[]> Content)> Scoped(ReadOnlySpan<byte> body)
    {
        List<(string, List<byte[]>)> found = [];
        foreach (var resource in All(body, 1))
        {
            foreach (var scoped in All(resource, 2))
            {
                var name = All(scoped, 1).SelectMany(scope => All(scope, 1)).Select(System.Text.Encoding.UTF8.GetString).FirstOrDefault();
                found.Add((name ?? string.Empty, All(scoped, 2)));
            }
        }

        return found;
    }

    private static OtlpSpan Span(byte[] message, string scope)
    {
        var span = new OtlpSpan { Scope = scope };
        var reader = new ProtobufReader(message);
        while (reader.Read())
        {
            switch (reader.Field)
            {
                case 1: span.TraceId = reader.Hex; break;
                case 2: span.SpanId = reader.Hex; break;
                case 4: span.ParentSpanId = reader.Hex; break;
                case 5: span.Name = reader.Text; break;
                case 6: span.Kind = reader.Number; break;
                case 9: AddAttribute(reader.Bytes, span.Attributes); break;
                case 11: span.Events.Add(SpanEvent(reader.Bytes)); break;
                case 15: SetStatus(reader.Bytes, span); break;
            }
        }

        return span;
    }

    private static OtlpSpanEvent SpanEvent(ReadOnlySpan<byte> message)
    {
        var e = new OtlpSpanEvent();
        var reader = new ProtobufReader(message);
        while (reader.Read())
        {
            if (reader.Field == 2) e.Name = reader.Text;
            else if (reader.Field == 3) AddAttribute(reader.Bytes, e.Attributes);
        }

        return e;
    }

    private static void SetStatus(ReadOnlySpan<byte> message, OtlpSpan span)
    {
        var reader = new ProtobufReader(message);
        while (reader.Read())
        {
            if (reader.Field == 2) span.StatusMessage = reader.Text;
            else if (reader.Field == 3) span.Status = reader.Number;
        }
    }

    /// <summary>Adds the series of a sum (7) or of a histogram (9).</summary>
    private static void AddMetric(byte[] message, string scope, List<OtlpPoint> points)
    {
        var (name, unit) = (string.Empty, string.Empty);
        List<(bool IsHistogram, byte[] Point)> found = [];
        var reader = new ProtobufReader(message);
        while (reader.Read())
        {
            if (reader.Field == 1) name = reader.Text;
            else if (reader.Field == 3) unit = reader.Text;
            else if (reader.Field is 7 or 9)
                foreach (var point in All(reader.Bytes, 1)) found.Add((reader.Field == 9, point));
        }

        points.AddRange(found.Select(one => Point(one.Point, one.IsHistogram, new OtlpPoint { Scope = scope, Name = name, Unit = unit })));
    }

    private static OtlpPoint Point(byte[] message, bool isHistogram, OtlpPoint point)
    {
        var reader = new ProtobufReader(message);
        while (reader.Read())
        {
            if (reader.Field == (isHistogram ? 9 : 7)) AddAttribute(reader.Bytes, point.Attributes);
            else if (reader.Field == 4) point.Value = isHistogram ? reader.Number : reader.Double;
            else if (reader.Field == 6 && !isHistogram) point.Value = reader.Number;
        }

        return point;
    }

    private static void AddAttribute(ReadOnlySpan<byte> message, Dictionary<string, string> attributes)
    {
        var (key, value) = (string.Empty, string.Empty);
        var reader = new ProtobufReader(message);
        while (reader.Read())
        {
            if (reader.Field == 1) key = reader.Text;
            else if (reader.Field == 2) value = Value(reader.Bytes);
        }

        attributes[key] = value;
    }

    private static string Value(ReadOnlySpan<byte> message)
    {
        var reader = new ProtobufReader(message);
        return !reader.Read() ? string.Empty : reader.Field switch
        {
            1 => reader.Text,
            3 => reader.Number.ToString(CultureInfo.InvariantCulture),
            4 => reader.Double.ToString(CultureInfo.InvariantCulture),
            _ => reader.Number == 0 ? "false" : "true",
        };
    }

    private static List<byte[]> All(ReadOnlySpan<byte> message, int field)
    {
        List<byte[]> found = [];
        var reader = new ProtobufReader(message);
        while (reader.Read())
        {
            if (reader.Field == field) found.Add(reader.Bytes.ToArray());
        }

        return found;
    }
}
