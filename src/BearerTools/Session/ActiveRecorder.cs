using BearerTools.Composition;
using BearerTools.Mocking;
using BearerTools.Mocking.Recordings;

namespace BearerTools.Session;

/// <summary>A recording that is in progress, and its file.</summary>
internal sealed class ActiveRecorder : IDisposable
{
    private const int MaxShown = 10;

    private readonly string _path;
    private readonly bool _appends;
    private readonly Recording? _expected;
    private RecordingClaim? _claim;

    private ActiveRecorder(string path, ApiRecorder recorder, bool appends, Recording? expected) =>
        (_path, Recorder, _appends, _expected) = (path, recorder, appends, expected);

    public ApiRecorder Recorder { get; }

    /// <param name="baseUri">The base address of the API.</param>
    /// <param name="path">Full path of the file.</param>
    /// <param name="redact">Further names of fields, parameters and headers to redact.</param>
    /// <param name="appends">True to add to the file.</param>
    /// <param name="keepsTiming">True to record the times of responses.</param>
    /// <exception cref="BearerRequestException">The file to add to is not valid, or is a recording of another API.</exception>
    public static ActiveRecorder ToFile(Uri baseUri, string path, IReadOnlyList<string> redact, bool appends, bool keepsTiming)
    {
        Redaction.CheckNames(redact);
        // Not only when the file is written, after all requests.
        path = RecordingFiles.CheckWritable(path);

        if (appends && File.Exists(path))
        {
            var known = RecordingFiles.Read(path);
            if (known.BaseUri != baseUri)
            {
                throw MockErrors.Error(
                    "RecordingOfAnotherApi", BearerErrorKind.InvalidArgument,
                    $"The recording {path} is of {known.BaseUri}, not of {baseUri}.", "Record into another file, or omit -Append.");
            }

            redact = [.. redact.Union(known.Redaction.Names, StringComparer.OrdinalIgnoreCase)];
        }

        var recorder = new ApiRecorder(baseUri, new Redaction(redact), keepsTiming ? BearerSession.Services.Time : null);
        return new ActiveRecorder(path, recorder, appends, null);
    }

    /// <summary>Compares the responses with a recording instead of writing one.</summary>
    /// <param name="baseUri">The base address of the API, or <see langword="null"/> for that of the recording.</param>
    /// <param name="path">Full path of the recording.</param>
    /// <param name="ignored">Further names of fields, parameters and headers whose values may differ.</param>
    /// <exception cref="BearerRequestException">The recording is not valid.</exception>
    public static ActiveRecorder Against(Uri? baseUri, string path, IReadOnlyList<string> ignored)
    {
        Redaction.CheckNames(ignored);
        var expected = RecordingFiles.Read(path, baseUri).Redact(ignored);
        return new ActiveRecorder(path, new ApiRecorder(baseUri ?? expected.BaseUri, expected.Redaction), false, expected);
    }

    /// <summary>Keeps the file for this recorder until it is disposed.</summary>
    /// <exception cref="BearerRequestException">Another recorder writes it.</exception>
    public void Claim()
    {
        if (_expected is null) _claim = new RecordingClaim(_path, _appends);
    }

    /// <summary>Writes the file, or compares with it.</summary>
    /// <returns>A warning if nothing was recorded, else <see langword="null"/>.</returns>
    /// <exception cref="BearerRequestException">It cannot be written, or differs.</exception>
    public string? Save()
    {
        if (_expected is not null)
        {
            Compare(_expected);
            return null;
        }

        var recording = Recorder.ToRecording([]);
        var left = Recorder.TooLong;
        if (recording.Entries.Count > 0) Write(recording);
        else if (left.Count == 0)
            return $"No request to {Recorder.Origin} was sent, so nothing was recorded. "
                + (File.Exists(_path) ? $"{_path} is unchanged." : $"{_path} was not written.");
        if (left.Count == 0) return null;
        throw MockErrors.Error(
            "RecordingBodyTooLong", BearerErrorKind.InvalidData,
            $"The recording {_path} was {(recording.Entries.Count > 0 ? "written without" : "not written: it has only")} responses of more "
                + $"than {ApiRecorder.MaxBody} bytes: {string.Join(", ", left.Take(MaxShown))}.",
            "A replay fails for these requests. Record smaller ones.");
    }

    public void Dispose() => _claim?.Dispose();

    private void Write(Recording recording)
    {
        try
        {
            if (_appends) RecordingFiles.Append(_path, Recorder.ToRecording);
            else RecordingFiles.Write(_path, recording);
        }
        catch (BearerRequestException e)
        {
            var kept = RecordingFiles.TryKeep(_path, recording);
            throw MockErrors.Error(
                e.ErrorId, e.Kind,
                $"{e.Message} {(kept is null ? "What was recorded is lost." : $"What was recorded is in {kept}.")}", e.NextStep!);
        }
    }

    private void Compare(Recording expected)
    {
        string[] differences = [.. RecordingComparison.Differences(expected, Recorder.ToRecording([]))];
        if (differences.Length == 0) return;
        var shown = string.Join(" ", differences.Take(MaxShown));
        var more = differences.Length > MaxShown ? $" And {differences.Length - MaxShown} more differences." : string.Empty;
        throw MockErrors.Error(
            "RecordingDrift", BearerErrorKind.InvalidData,
            $"{Recorder.BaseUri} differs from the recording {_path}: {shown}{more}",
            "If the API has changed, record again with -Record. Name fields that differ in each run with -Redact.");
    }
}
