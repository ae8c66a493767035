using BearerTools.Composition;
using BearerTools.Mocking.Recordings;

namespace BearerTools.Session;

/// <summary>A recording that is in progress, and its file.</summary>
internal sealed class ActiveRecorder
{
    private readonly string _path;
    private readonly IReadOnlyList<RecordedEntry> _before = [];

    /// <param name="baseUri">The base address of the API.</param>
    /// <param name="path">Full path of the file.</param>
    /// <param name="redact">Further names of fields, parameters and headers to redact.</param>
    /// <param name="append">True to add to the file.</param>
    /// <exception cref="BearerRequestException">The file to add to is not valid, or is a recording of another API.</exception>
    public ActiveRecorder(Uri baseUri, string path, IReadOnlyList<string> redact, bool append)
    {
        _path = path;
        // Not only when the file is written, after all requests.
        if (!Directory.Exists(Path.GetDirectoryName(path)))
        {
            throw Mocking.MockErrors.Error(
                "RecordingFileFailed", BearerErrorKind.File, $"The recording {path} cannot be written: its folder does not exist.",
                    "Create the folder.");
        }

        if (append && File.Exists(path))
        {
            var known = RecordingFiles.Read(path);
            if (known.BaseUri != baseUri)
            {
                throw Mocking.MockErrors.Error(
                    "RecordingOfAnotherApi", BearerErrorKind.InvalidArgument,
                    $"The recording {path} is of {known.BaseUri}, not of {baseUri}.", "Record into another file, or omit -Append.");
            }

            _before = known.Entries;
            redact = [.. redact.Union(known.Redaction.Names, StringComparer.OrdinalIgnoreCase)];
        }

        Recorder = new ApiRecorder(baseUri, new Redaction(redact));
    }

    public ApiRecorder Recorder { get; }

    /// <summary>Writes the file.</summary>
    /// <exception cref="BearerRequestException">It cannot be written.</exception>
    public void Save() => RecordingFiles.Write(_path, Recorder.ToRecording(_before));
}
