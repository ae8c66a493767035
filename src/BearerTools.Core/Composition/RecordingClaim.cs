using BearerTools.Mocking;

namespace BearerTools.Composition;

/// <summary>Keeps a file for a recording that is in progress in this process, until it is disposed.</summary>
internal sealed class RecordingClaim : IDisposable
{
    private static readonly object s_gate = new();
    private static readonly List<RecordingClaim> s_active = [];

    private readonly string _path;
    private readonly bool _appends;

    /// <param name="path">Full path of the file itself.</param>
    /// <param name="appends">True if the recording is added to the file, which several may do at a time.</param>
    /// <exception cref="BearerRequestException">One of two recordings to the file would be lost.</exception>
    public RecordingClaim(string path, bool appends)
    {
        var comparison = OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
        (_path, _appends) = (path, appends);
        lock (s_gate)
        {
            if (s_active.Exists(other => other._path.Equals(path, comparison) && !(appends && other._appends)))
            {
                throw MockErrors.Error(
                    "RecordingInProgress", BearerErrorKind.InvalidArgument,
                    $"{path} is being recorded already, and one of the two recordings would be lost.",
                    "Stop the first one with Stop-BearerMock, record to another file, or use -Append for both.");
            }

            s_active.Add(this);
        }
    }

    public void Dispose()
    {
        lock (s_gate) s_active.Remove(this);
    }
}
