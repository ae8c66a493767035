namespace BearerTools.Http.Bodies;

/// <summary>Content that a caller made complete, headers and all. It can be sent once.</summary>
internal sealed class ReadyContentBody(HttpContent content) : RequestBody(null)
{
    public override bool CanReplay => false;

    protected override HttpContent Create() => content;
}
