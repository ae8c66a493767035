namespace BearerTools.Diagnostics;

/// <summary>An event in saving a response to a file.</summary>
internal abstract record DownloadEvent : DiagnosticEvent;

/// <summary>A partial file is continued.</summary>
internal sealed record DownloadResumed(string Path, long Offset) : DownloadEvent;

/// <summary>The file is complete already.</summary>
internal sealed record DownloadAlreadyComplete(string Path) : DownloadEvent;

/// <summary>The server does not resume and sends the whole file.</summary>
internal sealed record DownloadRestarted(string Path, long Offset) : DownloadEvent;

/// <summary>The partial file is not of the version that the server has, so the whole file is requested.</summary>
internal sealed record DownloadChanged(string Path, long Offset) : DownloadEvent;

/// <summary>The file is saved.</summary>
internal sealed record DownloadSaved(string Path) : DownloadEvent;
